/** How much of everything: the figures that count, or a look at whether every row works. */

export interface Scale {
  readonly quick: boolean;
  /** How often each row is run. */
  readonly runs: number;
  /** How long shares come in one run. */
  readonly lastingMs: number;
  /** Of so many connections, miners, kills or the like: as many as a quick run takes. */
  of(count: number): number;
}

export const FULL: Scale = { quick: false, runs: 5, lastingMs: 4_000, of: (count) => count };

const QUICK_PART = 20;
const QUICK_LEAST = 100;
export const QUICK: Scale = {
  quick: true,
  runs: 1,
  lastingMs: 1_000,
  of: (count) => Math.min(count, Math.max(QUICK_LEAST, Math.round(count / QUICK_PART))),
};
