/**
 * The coordinator's part of the abuse guard: it keeps the address book, tells every listener what changed in it four
 * times a second, counts, and says once a minute what was held off. Who has proved work is kept on disk, so that a
 * farm may also come back all at once after a restart of the node.
 */
import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { setAside, tellsNoFile } from '../disk/index.js';
import { errorCode, errorMessage, type Logger, type SteadyTimers } from '../lib/index.js';
import type { StratumMetrics } from '../metrics/index.js';
import {
  AddressBook,
  type DoorReport,
  GUARD_LIMITS,
  type GuardOptions,
  type KeptProof,
} from '../stratum/index.js';
import { type FullMinute, GuardMinute } from './guard-minute.js';
import type { ToListener } from './process-messages.js';

const KEPT = z.array(
  z.object({
    address: z.string(),
    credit: z.number().min(0),
    provedMs: z.number(),
    // Files of an earlier version have none.
    coveredUntilMs: z.number().default(0),
  }),
);

export interface GuardedFleet {
  /** Sends each running listener what `messageFor` says for its life; null for nothing. */
  tellEach(messageFor: (life: string) => ToListener | null): void;
}

/** As often as the listeners report. */
const EXCHANGE_MS = 250;
const SWEEP_MS = 10_000;
const MINUTE_MS = 60_000;

export class NodeGuard {
  /** Of the last minute, in which miners found no room; null where all did. */
  fullMinute: FullMinute | null = null;
  /** Why what it keeps on disk could not be written last; null when it could. */
  fault: string | null = null;
  private readonly book: AddressBook;
  private readonly minute = new GuardMinute();
  private fleet: GuardedFleet | null = null;
  private cancels: (() => void)[] = [];
  private countedBans = 0;
  /** Null while nothing is on its way to the disk. */
  private writing: Promise<void> | null = null;

  /** `path`: where proofs are kept. */
  constructor(
    private readonly options: GuardOptions,
    private readonly path: string,
    private readonly metrics: StratumMetrics,
    private readonly logger: Logger,
    private readonly timers: SteadyTimers,
  ) {
    this.book = new AddressBook(GUARD_LIMITS, options);
  }

  /** Before the fleet is. */
  start(fleet: GuardedFleet): void {
    this.fleet = fleet;
    this.book.restore(this.read(), this.timers.nowMs());
    this.cancels = [
      this.timers.every(EXCHANGE_MS, () => this.tellAll()),
      this.timers.every(SWEEP_MS, () => this.sweep()),
      this.timers.every(MINUTE_MS, () => this.conclude()),
    ];
  }

  report(life: string, report: DoorReport): void {
    this.book.report(life, report, this.timers.nowMs());
    this.minute.add(report);
  }

  ended(life: string): void {
    this.book.ended(life);
  }

  /** Also when a listener has just said hello, so that it knows everything before its port opens. */
  tellAll(): void {
    const nowMs = this.timers.nowMs();
    this.fleet?.tellEach((life) => {
      const standing = this.book.news(life, nowMs);
      return standing === null ? null : { kind: 'standing', standing };
    });
    const newBans = this.book.bans - this.countedBans;
    this.countedBans = this.book.bans;
    this.minute.bans += newBans;
    this.metrics.banned(newBans);
    if (this.book.isFull) this.minute.fullMs += EXCHANGE_MS;
  }

  /** Resolves when who has proved work is written down, or cannot be. */
  async stop(): Promise<void> {
    if (this.fleet === null) return;
    this.fleet = null;
    for (const cancel of this.cancels.splice(0)) cancel();
    await this.writing;
    await this.write();
  }

  /** The file goes by the system's clock, which may have been set since the start. */
  private get wallAheadMs(): number {
    return this.timers.wallMs() - this.timers.nowMs();
  }

  private sweep(): void {
    const nowMs = this.timers.nowMs();
    this.book.sweep(nowMs);
    this.metrics.guarded({ ...this.book.figures(nowMs), full: this.book.isFull });
  }

  private conclude(): void {
    const { banned, strangers, connections } = this.book.figures(this.timers.nowMs());
    const full = this.minute.takeFull();
    this.fullMinute = full;
    if (full !== null) {
      const { nodeConnections: maxConnections } = this.options;
      this.logger.warn(
        { ...full, connections, maxConnections },
        'the node was full in the last minute and miners went away: raise stratum.maxConnections as far as `orcapool doctor` says the file descriptors allow, or run another node',
      );
    }
    const summary = this.minute.take();
    if (summary !== null) {
      this.logger.warn({ ...summary, banned, strangers }, 'the abuse guard, in the last minute');
    }
    // On a disk that takes more than a minute the next minute's does.
    this.writing ??= this.write().finally(() => {
      this.writing = null;
    });
  }

  private read(): readonly KeptProof[] {
    try {
      const kept = KEPT.parse(JSON.parse(readFileSync(this.path, 'utf8')));
      return moved(kept, -this.wallAheadMs);
    } catch (error) {
      if (tellsNoFile(error)) setAside(dirname(this.path), basename(this.path));
      if (errorCode(error) !== 'ENOENT') {
        this.logger.warn(
          { error: errorMessage(error) },
          'who has proved work before is not known: limits are as for a new node',
        );
      }
      return [];
    }
  }

  /** Never rejects. Not synced: it may be lost. */
  private async write(): Promise<void> {
    const fresh = `${this.path}.new`;
    try {
      await writeFile(fresh, JSON.stringify(moved(this.book.proofs(), this.wallAheadMs)));
      await rename(fresh, this.path);
      this.fault = null;
    } catch (error) {
      this.fault = errorMessage(error);
      this.logger.warn({ error: this.fault }, 'who has proved work could not be written down');
    }
  }
}

function moved(proofs: readonly KeptProof[], byMs: number): KeptProof[] {
  return proofs.map(({ provedMs, coveredUntilMs, ...proof }) => ({
    ...proof,
    provedMs: provedMs + byMs,
    coveredUntilMs: coveredUntilMs + byMs,
  }));
}
