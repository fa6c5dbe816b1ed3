/** What a fuzz run is looking for: an input after which something does not hold that always has to. */
export type FindingKind =
  /** An error that is none of those the code throws on purpose, or one that nobody caught. */
  | 'exception'
  /** It does not end. */
  | 'hang'
  | 'answer'
  | 'counts'
  /** Bytes, timers, sockets or connections that are still there. */
  | 'leak'
  /** A miner that did nothing wrong was hurt. */
  | 'honest'
  /** The same bytes in other segments are read differently. */
  | 'reading';

export class Finding extends Error {
  override readonly name = 'Finding';

  constructor(
    readonly kind: FindingKind,
    message: string,
    cause?: unknown,
  ) {
    super(`${kind}: ${message}`, { cause });
  }
}

/** Passes findings on, and makes one of every other error. */
export function findingOf(error: unknown): Finding {
  if (error instanceof Finding) return error;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Finding('exception', text, error);
}

export function check(holds: boolean, kind: FindingKind, message: string): asserts holds {
  if (!holds) throw new Finding(kind, message);
}
