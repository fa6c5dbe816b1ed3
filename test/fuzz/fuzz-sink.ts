/**
 * A share log in memory that keeps figures instead of shares, so that it holds no more after a million of them. It may
 * be told to wait or to fail, and complains of a share that comes twice or is worth less than it claims.
 */
import { bitsToTarget, hashMeets } from '../../src/bitcoin/index.js';
import { bigintToLe, toHex } from '../../src/lib/index.js';
import { encodePayout, type Payout } from '../../src/mining/index.js';
import type {
  BlockCandidate,
  CreditedShare,
  DropReason,
  EventSink,
  ShareOutcome,
  ShareSink,
  StratumEvents,
  StratumMetrics,
  UncreditedOutcome,
  WorkerMemory,
} from '../../src/stratum/index.js';

type Disk = 'hold' | 'commit' | 'fail';
type Done = (error: Error | null) => void;

/** Far more than an input brings; the log on disk remembers them all. */
const HASHES_KEPT = 512;

export class FuzzSink implements ShareSink, EventSink, StratumMetrics {
  /** As the log, the events and the metrics have counted them. */
  readonly logged: Record<string, number> = {};
  readonly events: Record<string, number> = {};
  readonly metered: Record<string, number> = {};
  readonly drops: DropReason[] = [];
  /** Solutions that other listeners were asked about. */
  asked = 0;
  /** The first share that should not have come. */
  fault: string | null = null;
  private disk: Disk = 'commit';
  private waiting: Done[] = [];
  private readonly rows = new Map<string, number>();
  private readonly hashes = new Set<string>();

  get room(): number {
    return Number.POSITIVE_INFINITY;
  }

  setDisk(disk: Disk): void {
    this.disk = disk;
    if (disk === 'hold') return;
    const error = disk === 'fail' ? new Error('the disk is full') : null;
    for (const done of this.waiting.splice(0)) done(error);
  }

  miner(payout: Payout): Promise<number> {
    return this.row(`m${toHex(encodePayout(payout))}`);
  }

  async worker(miner: number, name: string): Promise<WorkerMemory> {
    const worker = await this.row(`w${miner}.${name}`);
    return { worker, difficulty: null, bestEver: 0, bestWeek: 0 };
  }

  signature(bytes: Uint8Array): Promise<number> {
    return bytes.length === 0 ? Promise.resolve(0) : this.row(`s${toHex(bytes)}`);
  }

  append({ record, hash }: CreditedShare, done: Done): void {
    // Flat, where `toHex` builds a string of many small ones.
    const name = Buffer.from(hash).toString('hex');
    if (this.hashes.has(name)) this.fault ??= `the share ${name} is credited a second time`;
    const target = bigintToLe(bitsToTarget(record.bits), 32);
    if (!hashMeets(hash, target)) this.fault ??= `the share ${name} is credited with more than it is worth`;
    this.note(name);
    this.write((error) => {
      if (error === null) count(this.logged, 'accepted');
      else this.hashes.delete(name);
      done(error);
    });
  }

  block(_candidate: BlockCandidate, done: Done): void {
    this.write(done);
  }

  elsewhere(): void {
    this.asked++;
  }

  /** For bitcoind; a block is handed on once, whatever the log does. */
  found({ hash }: BlockCandidate): void {
    const name = `block ${Buffer.from(hash).toString('hex')}`;
    if (this.hashes.has(name)) this.fault ??= `the ${name} is handed on a second time`;
    this.note(name);
    count(this.events, 'handed on');
  }

  count(_worker: number | null, outcome: UncreditedOutcome): void {
    count(this.logged, outcome);
  }

  remember(): void {}

  wants(): boolean {
    return true;
  }

  publish<Name extends keyof StratumEvents>(event: Name, data: StratumEvents[Name]): void {
    // Whatever a miner put into it, it has to be fit for pages and logs.
    JSON.stringify(data);
    count(this.events, event);
  }

  connections(): void {}

  dropped(reason: DropReason): void {
    this.drops.push(reason);
  }

  shareAnswered(outcome: ShareOutcome): void {
    count(this.metered, outcome);
  }

  staleShare(): void {}
  difficultyChanged(): void {}
  workSent(): void {}

  private note(name: string): void {
    this.hashes.add(name);
    if (this.hashes.size > HASHES_KEPT) this.hashes.delete(this.hashes.values().next().value!);
  }

  private write(done: Done): void {
    if (this.disk === 'hold') this.waiting.push(done);
    else done(this.disk === 'fail' ? new Error('the disk is full') : null);
  }

  private row(key: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.write((error) => {
        if (error !== null) {
          reject(error);
          return;
        }
        if (!this.rows.has(key)) this.rows.set(key, this.rows.size + 1);
        resolve(this.rows.get(key)!);
      });
    });
  }
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
