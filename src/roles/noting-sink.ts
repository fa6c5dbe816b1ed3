/**
 * A listener's share log, with an ear for what the node's other listeners must know of a worker: its difficulty and
 * its best shares, once they are stored. What it hears goes to `tell` in pieces; what others heard is asked of
 * `notes` when a worker logs in. Hot path: one comparison a share.
 */
import { type Timers, weekOf } from '../lib/index.js';
import type { Payout } from '../mining/index.js';
import type {
  BlockCandidate,
  CreditedShare,
  RememberedDifficulty,
  ShareSink,
  UncreditedOutcome,
  WorkerMemory,
} from '../stratum/index.js';
import {
  DIFFICULTY_MEMORY_MS,
  noteKey,
  provesLater,
  type WorkerNote,
  type WorkerNotes,
} from './worker-notes.js';

type Done = (error: Error | null) => void;

/** Many changes of a moment are one message. A miner may be back at another listener with its next packet. */
const DIFFICULTY_GATHER_MS = 5;
/** Nobody waits for a best share, and new workers bring many: each message cost as much as the hashing of ten shares. */
const BEST_GATHER_MS = 500;
const MOST_KNOWN = 50_000;

export class NotingSink implements ShareSink {
  private readonly payouts = new Map<number, Payout>();
  /** By worker row: what was told last. */
  private readonly known = new Map<number, WorkerNote>();
  private readonly changed = new Set<number>();
  /** When what has changed is told; null while nothing has. */
  private sending: { readonly atMs: number; readonly cancel: () => void } | null = null;

  constructor(
    private readonly log: ShareSink,
    private readonly notes: WorkerNotes,
    private readonly tell: (notes: readonly WorkerNote[]) => void,
    private readonly timers: Timers,
  ) {}

  get room(): number {
    return this.log.room;
  }

  async miner(payout: Payout): Promise<number> {
    const row = await this.log.miner(payout);
    keep(this.payouts, row, payout);
    return row;
  }

  async worker(miner: number, name: string): Promise<WorkerMemory> {
    const own = await this.log.worker(miner, name);
    const payout = this.payouts.get(miner);
    if (payout === undefined) return own;
    const nowMs = this.timers.nowMs();
    const week = weekOf(nowMs);
    const key = noteKey(payout, name);
    const noted = this.notes.get(key);
    const memory: WorkerMemory = {
      worker: own.worker,
      // The notes have what this log has, and what is newer.
      difficulty: difficultyIn(noted, nowMs) ?? own.difficulty,
      bestEver: Math.max(own.bestEver, noted?.bestEver ?? 0),
      bestWeek: Math.max(own.bestWeek, noted?.week === week ? noted.bestWeek : 0),
    };
    const { difficulty, bestEver, bestWeek } = memory;
    keep(this.known, own.worker, {
      key,
      difficulty: difficulty?.value ?? null,
      difficultyMs: difficulty?.atMs ?? 0,
      difficultyBy: difficulty?.userAgent ?? null,
      bestEver,
      bestWeek,
      week,
    });
    return memory;
  }

  append(share: CreditedShare, done: Done): void {
    const { worker, hashDifficulty } = share;
    const known = this.known.get(worker);
    const week = weekOf(this.timers.nowMs());
    if (known === undefined || (known.week === week && hashDifficulty <= known.bestWeek)) {
      this.log.append(share, done);
      return;
    }
    this.log.append(share, (error) => {
      if (error === null) this.best(worker, hashDifficulty, week);
      done(error);
    });
  }

  signature(bytes: Uint8Array): Promise<number> {
    return this.log.signature(bytes);
  }

  block(candidate: BlockCandidate, done: Done): void {
    this.log.block(candidate, done);
  }

  count(worker: number | null, outcome: UncreditedOutcome, round: bigint): void {
    this.log.count(worker, outcome, round);
  }

  remember(worker: number, difficulty: number, difficultyMs: number, difficultyBy: string): void {
    this.log.remember(worker, difficulty, difficultyMs, difficultyBy);
    const known = this.known.get(worker);
    if (known === undefined) return;
    const note = { ...known, difficulty, difficultyMs, difficultyBy };
    const noted = this.notes.get(known.key);
    if (noted === null || provesLater(note, noted, this.timers.nowMs()))
      this.note(worker, note, DIFFICULTY_GATHER_MS);
  }

  private best(worker: number, best: number, week: number): void {
    const known = this.known.get(worker);
    if (known === undefined) return;
    const bestWeek = Math.max(best, known.week === week ? known.bestWeek : 0);
    this.note(worker, { ...known, bestWeek, week, bestEver: Math.max(best, known.bestEver) }, BEST_GATHER_MS);
  }

  private note(worker: number, note: WorkerNote, withinMs: number): void {
    keep(this.known, worker, note);
    this.notes.add([note], this.timers.nowMs());
    this.changed.add(worker);
    const atMs = this.timers.nowMs() + withinMs;
    if (this.sending !== null && this.sending.atMs <= atMs) return;
    this.sending?.cancel();
    this.sending = { atMs, cancel: this.timers.after(withinMs, () => this.send()) };
  }

  private send(): void {
    this.sending = null;
    const notes = Array.from(this.changed, (worker) => this.known.get(worker)).filter(
      (note) => note !== undefined,
    );
    this.changed.clear();
    this.tell(notes);
  }
}

function difficultyIn(note: WorkerNote | null, nowMs: number): RememberedDifficulty | null {
  if (note === null || note.difficulty === null || nowMs - note.difficultyMs > DIFFICULTY_MEMORY_MS)
    return null;
  return { value: note.difficulty, atMs: note.difficultyMs, userAgent: note.difficultyBy };
}

/** The oldest goes for one too many. */
function keep<Value>(map: Map<number, Value>, row: number, value: Value): void {
  map.set(row, value);
  if (map.size > MOST_KNOWN) map.delete(map.keys().next().value!);
}
