/**
 * The pool's own honest Stratum V1 miner: one connection, real hashing in threads. It submits only what meets the
 * target it was set, on jobs the pool has not called off. Events never carry anything secret.
 */
import { EventEmitter } from 'node:events';
import { errorMessage, type Logger, type Timers } from '../lib/index.js';
import { Dialogue, type Job, type Outcome, type Rejection } from './dialogue.js';
import { type Find, HashThreads } from './hash-threads.js';
import { HashrateMeter } from './hashrate-meter.js';
import { PoolLink, parsePoolUrl } from './pool-link.js';
import { type MinedShare, type ShareCounts, ShareTally } from './share-tally.js';
import { targetLeOfDifficulty } from './share-target.js';
import type { Work } from './work-walk.js';

export interface MinerOptions {
  /** `stratum+tcp://host:port` */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly threads: number;
  /** Hashes per second of all threads together; 0 means full speed. */
  readonly maxHashrate: number;
  readonly versionRolling: boolean;
  readonly userAgent: string;
}

export interface MinerStats extends ShareCounts {
  readonly hashes: number;
  /** Hashes per second over the last 10 s. */
  readonly hashrate: number;
  /** Of the current job; before the first, 0. */
  readonly difficulty: number;
  readonly jobs: number;
  readonly connected: boolean;
}

export interface MinerEvents {
  job: [job: Job];
  share: [share: MinedShare];
  accepted: [share: MinedShare, latencyMs: number];
  rejected: [share: MinedShare, rejection: Rejection, latencyMs: number];
  difficulty: [difficulty: number];
  connected: [];
  disconnected: [reason: string];
  /** A connection was lost, or an attempt at one failed; the next is made after `retryMs`. */
  away: [reason: string, retryMs: number];
  message: [text: string];
}

/** Finds for this many jobs back are still sent while the pool has not called them off. */
const MAX_LIVE_WORKS = 64;

export class Miner extends EventEmitter<MinerEvents> {
  private readonly link: PoolLink;
  private readonly meter: HashrateMeter;
  private readonly log: Logger;
  private dialogue: Dialogue;
  private threads: HashThreads | null = null;
  private job: Job | null = null;
  private mask = 0;
  private nextWorkId = 1;
  private nextExtranonce2 = 0n;
  private readonly liveWorks = new Map<number, Job>();
  private readonly tally: ShareTally;
  private connected = false;
  private jobs = 0;

  /** Throws `PoolUrlError`. */
  constructor(
    private readonly options: MinerOptions,
    logger: Logger,
    timers: Timers,
  ) {
    super();
    this.log = logger.child({ room: 'miner' });
    this.dialogue = new Dialogue(options);
    this.tally = new ShareTally(timers);
    this.meter = new HashrateMeter(timers, () => this.threads?.hashes() ?? 0);
    this.link = new PoolLink(parsePoolUrl(options.url), timers, {
      opened: () => this.opened(),
      line: (line) => {
        for (const outcome of this.dialogue.receive(line)) this.follow(outcome);
      },
      closed: (reason, retryMs) => this.closed(reason, retryMs),
    });
  }

  start(): void {
    this.threads = new HashThreads({
      threads: this.options.threads,
      maxHashrate: this.options.maxHashrate,
      onFind: (find) => this.found(find),
      onFailure: (error) => this.log.error({ error: errorMessage(error) }, 'a hashing thread died'),
    });
    this.meter.start();
    this.link.dial();
  }

  /** Resolves when socket, timers and threads are gone. The miner is not started again. */
  async stop(): Promise<void> {
    this.link.stop();
    this.meter.stop();
    this.liveWorks.clear();
    this.leave('stopped');
    await this.threads?.stop();
  }

  stats(): MinerStats {
    return {
      ...this.tally.counts(),
      hashes: this.threads?.hashes() ?? 0,
      hashrate: this.meter.hashrate(),
      difficulty: this.job?.difficulty ?? 0,
      jobs: this.jobs,
      connected: this.connected,
    };
  }

  private opened(): void {
    this.dialogue = new Dialogue(this.options);
    this.mask = 0;
    this.connected = true;
    this.log.info({ url: this.options.url }, 'connected to the pool');
    this.emit('connected');
    for (const line of this.dialogue.open()) this.link.send(line);
  }

  private closed(reason: string, retryMs: number): void {
    this.log.warn({ reason, retryMs }, 'no connection to the pool');
    this.threads?.setWork(null);
    this.liveWorks.clear();
    this.job = null;
    this.leave(reason);
    this.emit('away', reason, retryMs);
  }

  private leave(reason: string): void {
    this.tally.disconnect();
    if (!this.connected) return;
    this.connected = false;
    this.emit('disconnected', reason);
  }

  private follow(outcome: Outcome): void {
    switch (outcome.kind) {
      case 'send':
        this.link.send(outcome.line);
        return;
      case 'job':
        this.begin(outcome.job);
        return;
      case 'difficulty':
        this.emit('difficulty', outcome.difficulty);
        return;
      case 'mask':
        this.mask = outcome.mask;
        // Finds under another mask could be invalid now: they are dropped and the job starts afresh.
        this.liveWorks.clear();
        if (this.job !== null) this.hash(this.job);
        return;
      case 'authorized':
        this.link.healthy();
        return;
      case 'verdict':
        this.judged(outcome.id, outcome.rejection);
        return;
      case 'message':
        this.log.info({ text: outcome.text }, 'the pool says');
        this.emit('message', outcome.text);
        return;
      case 'reconnect':
        if (!this.link.moveTo(outcome.host, outcome.port)) {
          this.log.warn(
            { host: outcome.host },
            'the pool would move us to another host; staying with this one',
          );
        }
        this.link.drop('the pool asked us to reconnect', outcome.waitMs);
        return;
      case 'refused':
        this.log.warn({ step: outcome.step, reason: outcome.reason }, 'the pool refused us');
        this.link.drop(`${outcome.step} refused: ${outcome.reason}`);
        return;
      case 'ignored':
        this.log.warn({ reason: outcome.reason }, 'ignored a line from the pool');
        return;
    }
  }

  private begin(job: Job): void {
    this.job = job;
    this.jobs++;
    if (job.notify.cleanJobs) this.liveWorks.clear();
    this.hash(job);
    this.emit('job', job);
  }

  private hash(job: Job): void {
    const work: Work = {
      id: this.nextWorkId++,
      notify: job.notify,
      extranonce1: job.extranonce1,
      extranonce2Size: job.extranonce2Size,
      versionMask: this.mask,
      targetLe: targetLeOfDifficulty(job.difficulty),
      extranonce2Start: this.nextExtranonce2,
      stripes: this.options.threads,
    };
    // Counting on across jobs, so that a job sent twice is not searched twice in the same place.
    this.nextExtranonce2 += BigInt(this.options.threads);
    this.liveWorks.set(work.id, job);
    if (this.liveWorks.size > MAX_LIVE_WORKS) this.liveWorks.delete(work.id - MAX_LIVE_WORKS);
    this.threads?.setWork(work);
  }

  private found(find: Find): void {
    const job = this.liveWorks.get(find.workId);
    if (job === undefined) {
      this.tally.drop();
      return;
    }
    const share: MinedShare = {
      jobId: job.notify.jobId,
      extranonce2: find.extranonce2,
      time: find.time,
      nonce: find.nonce,
      version: find.version,
      hash: find.hash,
      difficulty: job.difficulty,
    };
    const { id, line } = this.dialogue.submit(share);
    this.tally.send(id, share);
    this.link.send(line);
    this.emit('share', share);
  }

  private judged(id: number, rejection: Rejection | null): void {
    const answered = this.tally.answer(id, rejection);
    if (answered === null) return;
    const { share, latencyMs } = answered;
    if (rejection === null) {
      this.emit('accepted', share, latencyMs);
      return;
    }
    this.log.warn({ jobId: share.jobId, ...rejection }, 'the pool rejected a share');
    this.emit('rejected', share, rejection, latencyMs);
  }
}
