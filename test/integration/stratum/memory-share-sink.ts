/**
 * A share sink and block sink in memory that show a listener's order of doing things. Each append waits in `waiting`
 * until the test commits or fails it, unless `autoCommit` is on.
 */
import { toHex } from '../../../src/lib/index.js';
import { encodePayout, type Payout } from '../../../src/mining/index.js';
import type {
  BlockCandidate,
  BlockSink,
  CreditedShare,
  EventSink,
  ShareSink,
  StratumEvents,
  StraySolution,
  UncreditedOutcome,
  WorkerMemory,
} from '../../../src/stratum/index.js';

type Done = (error: Error | null) => void;

/** As many may wait as the share log of a listener lets wait. */
const MOST_WAITING = 50_000;

export class MemoryShareSink implements ShareSink, EventSink {
  autoCommit = true;
  /** Answered after this; a login waits for it. */
  gate: Promise<void> = Promise.resolve();
  /** A signature's row is durable after this. */
  signatureGate: Promise<void> = Promise.resolve();
  readonly committed: CreditedShare[] = [];
  readonly waiting: { share: CreditedShare | null; done: Done }[] = [];
  readonly counts: { worker: number | null; outcome: UncreditedOutcome; round: bigint }[] = [];
  readonly remembered = new Map<number, number>();
  /** When all of that was noted, as far as those who log in are told. */
  rememberedMs = 0;
  /** Of which date the last note was. */
  notedMs = 0;
  /** What every worker reached before. */
  bests = { bestEver: 0, bestWeek: 0 };
  readonly found: BlockCandidate[] = [];
  readonly blocks: BlockSink = {
    found: (candidate) => {
      this.calls.push('found');
      this.found.push(candidate);
    },
    elsewhere: (stray) => this.elsewhere.push(stray),
  };
  readonly elsewhere: StraySolution[] = [];
  readonly stored: BlockCandidate[] = [];
  readonly events: { event: keyof StratumEvents; data: object }[] = [];
  /** What was called, in order. */
  readonly calls: string[] = [];
  private readonly miners = new Map<string, number>();
  private readonly workers = new Map<string, number>();
  readonly signatures = new Map<string, number>();

  get room(): number {
    return MOST_WAITING - this.waiting.length;
  }

  async miner(payout: Payout): Promise<number> {
    await this.gate;
    return row(this.miners, toHex(encodePayout(payout)));
  }

  async worker(miner: number, name: string): Promise<WorkerMemory> {
    const worker = row(this.workers, `${miner}.${name}`);
    const value = this.remembered.get(worker);
    const atMs = this.rememberedMs;
    return {
      worker,
      difficulty: value === undefined ? null : { value, atMs, userAgent: null },
      ...this.bests,
    };
  }

  async signature(bytes: Uint8Array): Promise<number> {
    this.calls.push('signature');
    await this.signatureGate;
    return bytes.length === 0 ? 0 : row(this.signatures, toHex(bytes));
  }

  append(share: CreditedShare, done: Done): void {
    this.calls.push('append');
    if (this.room <= 0) {
      done(new Error('the disk cannot keep up'));
      return;
    }
    this.waiting.push({ share, done });
    if (this.autoCommit) this.commit();
  }

  block(candidate: BlockCandidate, done: Done): void {
    this.calls.push('block');
    this.stored.push(candidate);
    this.waiting.push({ share: null, done });
    if (this.autoCommit) this.commit();
  }

  count(worker: number | null, outcome: UncreditedOutcome, round: bigint): void {
    this.counts.push({ worker, outcome, round });
  }

  remember(worker: number, difficulty: number, atMs: number): void {
    this.remembered.set(worker, difficulty);
    this.notedMs = atMs;
  }

  publish<Name extends keyof StratumEvents>(event: Name, data: StratumEvents[Name]): void {
    this.events.push({ event, data });
  }

  /** Acknowledges everything that waits. */
  commit(): void {
    for (const { share, done } of this.waiting.splice(0)) {
      if (share !== null) this.committed.push(share);
      done(null);
    }
  }

  fail(error: Error): void {
    for (const { done } of this.waiting.splice(0)) done(error);
  }

  outcomes(): UncreditedOutcome[] {
    return this.counts.map(({ outcome }) => outcome);
  }

  wants(): boolean {
    return true;
  }

  eventsOf<Name extends keyof StratumEvents>(name: Name): StratumEvents[Name][] {
    return this.events.filter(({ event }) => event === name).map(({ data }) => data as StratumEvents[Name]);
  }
}

function row(rows: Map<string, number>, key: string): number {
  const known = rows.get(key);
  if (known !== undefined) return known;
  rows.set(key, rows.size + 1);
  return rows.size;
}
