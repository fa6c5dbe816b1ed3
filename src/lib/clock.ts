/** Time as a parameter: production passes the system's, tests one they move by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
}

export interface Timers extends Clock {
  /** Calls back once; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
  /** Calls back each `periodMs` until cancelled. */
  every(periodMs: number, callback: () => void): () => void;
}
