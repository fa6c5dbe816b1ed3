/** Numbers of a farm's machines, 16 bits each, in 8 KiB however many there are; in none while there is none. */
const BYTES = 2 ** 16 / 8;

export class MachineSet {
  private bits: Uint8Array | null = null;

  get stateBytes(): number {
    return this.bits === null ? 0 : BYTES;
  }

  has(machine: number): boolean {
    return this.bits !== null && (this.bits[machine >>> 3]! & (1 << (machine & 7))) !== 0;
  }

  add(machine: number): void {
    this.bits ??= new Uint8Array(BYTES);
    this.bits[machine >>> 3]! |= 1 << (machine & 7);
  }

  delete(machine: number): void {
    if (this.bits !== null) this.bits[machine >>> 3]! &= ~(1 << (machine & 7));
  }

  *[Symbol.iterator](): Generator<number> {
    for (const [at, byte] of (this.bits ?? []).entries()) {
      for (let bit = 0; byte >>> bit !== 0; bit++) if ((byte >>> bit) & 1) yield at * 8 + bit;
    }
  }
}
