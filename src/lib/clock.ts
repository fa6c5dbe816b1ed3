/** Time as a parameter: production passes the system's, tests one they move by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch; those of `SteadyTimers` go on while the system's clock is set. */
  nowMs(): number;
}

export interface Timers extends Clock {
  /** Calls back once; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
  /** Calls back each `periodMs` until cancelled. */
  every(periodMs: number, callback: () => void): () => void;
}

/**
 * The system's clock is set now and then, by its operator or by NTP after a start without one: by days forward, by hours
 * back. What is waited for, measured or compared within one run goes by a clock that is not.
 */
export interface SteadyTimers extends Timers {
  /** What the system's clock says, for what outlives the run or is read by others: milliseconds since the Unix epoch. */
  wallMs(): number;
}
