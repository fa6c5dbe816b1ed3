/** The week a time belongs to, in UTC from Monday, counted from the one of the Unix epoch (a Thursday). */
export function weekOf(timeMs: number): number {
  return Math.floor((timeMs / 86_400_000 + 3) / 7);
}
