/**
 * What a node remembers of its workers, on whichever of its listeners they were: the difficulty of the last 24 hours
 * and their best shares. The kernel decides which listener a reconnecting miner meets, and each listener's log knows
 * only its own miners. So the coordinator keeps these notes (from the logs at its start, then from the listeners as
 * they change) and passes them on; a listener looks here beside its own log.
 */
import { toHex } from '../lib/index.js';
import { encodePayout, type Payout } from '../mining/index.js';

export interface WorkerNote {
  /** Payout and name: see `noteKey`. */
  readonly key: string;
  /** Null for unknown. */
  readonly difficulty: number | null;
  /** When the last share of it came. */
  readonly difficultyMs: number;
  /** The user agent whose shares proved it; null for unknown. */
  readonly difficultyBy: string | null;
  readonly bestEver: number;
  readonly bestWeek: number;
  /** The week of `bestWeek`. */
  readonly week: number;
}

export const DIFFICULTY_MEMORY_MS = 86_400_000;
/** About 30 MB; those heard of longest ago go first. */
const MOST = 100_000;

export function noteKey(payout: Payout, name: string): string {
  return `${toHex(encodePayout(payout))}.${name}`;
}

/** Whether the difficulty of `b` goes before that of `a`. */
export function provesLater(b: WorkerNote, a: WorkerNote, nowMs: number): boolean {
  if (b.difficulty === null || a.difficulty === null) return b.difficulty !== null;
  // A clock that was ahead must not keep what is proved from now on out until it is reached again.
  const dateOf = ({ difficultyMs }: WorkerNote): number => (difficultyMs > nowMs ? 0 : difficultyMs);
  return dateOf(b) >= dateOf(a);
}

/** The newer difficulty, the higher bests. */
export function mergeNotes(a: WorkerNote, b: WorkerNote, nowMs: number): WorkerNote {
  const newer = provesLater(b, a, nowMs) ? b : a;
  const week = Math.max(a.week, b.week);
  return {
    key: a.key,
    difficulty: newer.difficulty,
    difficultyMs: newer.difficultyMs,
    difficultyBy: newer.difficultyBy,
    bestEver: Math.max(a.bestEver, b.bestEver),
    bestWeek: Math.max(a.week === week ? a.bestWeek : 0, b.week === week ? b.bestWeek : 0),
    week,
  };
}

export class WorkerNotes {
  private readonly notes = new Map<string, WorkerNote>();

  add(notes: Iterable<WorkerNote>, nowMs: number): void {
    for (const note of notes) {
      const known = this.notes.get(note.key);
      this.notes.delete(note.key);
      this.notes.set(note.key, known === undefined ? note : mergeNotes(known, note, nowMs));
      if (this.notes.size > MOST) this.notes.delete(this.notes.keys().next().value!);
    }
  }

  get(key: string): WorkerNote | null {
    return this.notes.get(key) ?? null;
  }

  /** All of them, in pieces of `size`. */
  *pieces(size: number): Generator<WorkerNote[]> {
    let piece: WorkerNote[] = [];
    for (const note of this.notes.values()) {
      piece.push(note);
      if (piece.length < size) continue;
      yield piece;
      piece = [];
    }
    if (piece.length > 0) yield piece;
  }
}
