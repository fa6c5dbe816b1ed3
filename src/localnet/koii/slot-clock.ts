/** K2's slots, which pass only when the clock is told so; whoever listens hears of each step once it is taken. */
export class SlotClock {
  private readonly listeners = new Set<() => void>();

  /** `slotMs`: what the chain says a slot takes at present, however fast this clock is driven. */
  constructor(
    private slot: number,
    readonly slotMs: number,
  ) {}

  get now(): number {
    return this.slot;
  }

  /** Slots never go back. */
  advanceTo(slot: number): void {
    if (slot <= this.slot) return;
    this.slot = slot;
    for (const listener of [...this.listeners]) listener();
  }

  onAdvance(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
