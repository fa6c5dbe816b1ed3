/**
 * One miner's connection as the pool sees it, whatever protocol it speaks: who it is, what it was given to do, at
 * which difficulty, and what its shares are worth. Pure: time comes in with each call, and results are data.
 *
 * A share is judged at the bits its job committed to, so every change of difficulty is a new job. It ships with the
 * very next message: up with `clean` false (older jobs go on counting at their lower difficulty), down with `clean`
 * true (a miner that goes on with a harder job would earn as ever, but a slow one might never meet it).
 */
import { bitsOfDifficulty, gridFloor, hashMeets } from '../../bitcoin/index.js';
import { concatBytes, equalBytes, sha256d } from '../../lib/index.js';
import { type Job, makeJob, minerId, type Share, shareHeader } from '../../mining/index.js';
import { type Identity, parseUsername } from './identity.js';
import { type IssuedJob, JobMemory } from './job-memory.js';
import { type Judgement, judgeShare, type Verdict } from './judge-share.js';
import type { SessionRules } from './session-rules.js';
import { ShareRate } from './share-rate.js';
import { Vardiff } from './vardiff.js';
import type { LiveWork, WorkBoard } from './work-board.js';

/** One worker name on one connection. */
export interface Worker {
  readonly identity: Identity;
  /** Row numbers in the share log. */
  readonly miner: number;
  readonly row: number;
  bestSession: number;
  bestWeek: number;
  /** The week of `bestWeek`. */
  week: number;
  bestEver: number;
}

/** `<address>[.worker]`. */
export function usernameOf({ identity: { address, worker } }: Worker): string {
  return worker === '' ? address : `${address}.${worker}`;
}

/** A job on its way to the miner. */
export interface Assignment {
  readonly issued: IssuedJob;
  readonly clean: boolean;
  /** The difficulty when the miner must be told it first; null when it knows. */
  readonly announce: number | null;
}

/** The fields of a share that the miner chose. */
export interface Solution {
  /** 8 bytes. */
  readonly extranonce2: Uint8Array;
  readonly time: number;
  readonly nonce: number;
  /** The rolled bits only (BIP310); null when the miner named none and used the job's version as it is. */
  readonly versionBits: number | null;
}

export class Session {
  readonly workers = new Map<string, Worker>();
  readonly rate: ShareRate;
  readonly connectedMs: number;
  subscribed = false;
  userAgent = '';
  /** Negotiated version bits; 0 before or without negotiation. */
  versionMask = 0;
  /** What the miner asked for in that negotiation. */
  minerVersionMask = 0;
  /** Shares accepted or uncredited. */
  shares = 0;

  private vardiff: Vardiff | null = null;
  private suggested: number | null = null;
  private announced: number | null = null;
  private jobCount: number;
  private readonly jobs: JobMemory;
  private ownerId: Uint8Array | null = null;

  /** `extranonce1`: 4 bytes, this session's alone. */
  constructor(
    readonly rules: SessionRules,
    private readonly board: WorkBoard,
    readonly extranonce1: Uint8Array,
    nowMs: number,
  ) {
    this.connectedMs = nowMs;
    this.jobCount = ((extranonce1[2]! << 8) | extranonce1[3]!) * 256;
    this.jobs = new JobMemory(rules.limits.jobLifeMs, rules.limits.jobs);
    this.rate = new ShareRate(rules.shareIntervalMs, nowMs);
  }

  /** Whether it can be given work: subscribed and logged in. */
  get ready(): boolean {
    return this.subscribed && this.workers.size > 0;
  }

  /** The worker that logged in first, whose payout owns the connection. */
  get owner(): Worker | null {
    return this.workers.values().next().value ?? null;
  }

  /** The difficulty the next job will have. */
  get difficulty(): number {
    return this.vardiff?.difficulty ?? gridFloor(this.suggested ?? this.rules.startDifficulty);
  }

  /** In difficulty per second; multiplied by 2³² it is hashes. */
  hashrate(nowMs: number): number {
    return this.rate.perSecond(nowMs) * this.difficulty;
  }

  /** Throws `IdentityError`. */
  identify(username: string): Identity {
    return parseUsername(username, this.rules.network, this.rules.mode);
  }

  /** Whether shares of this connection may be paid to `identity`: the first payout owns it. */
  mayPay(identity: Identity): boolean {
    return this.ownerId === null || equalBytes(this.ownerId, minerId(identity.payout));
  }

  /** `remembered`: the worker's difficulty when it was last here. The miner's own suggestion goes before it. */
  logIn(username: string, worker: Worker, remembered: number | null, nowMs: number): void {
    this.workers.set(username, worker);
    if (this.vardiff !== null) return;
    this.ownerId = minerId(worker.identity.payout);
    this.vardiff = new Vardiff(
      { ...this.rules, startDifficulty: this.suggested ?? remembered ?? this.rules.startDifficulty },
      nowMs,
    );
    // Told to it as well, so that a miner which repeats its wish does not pull the difficulty back.
    if (this.suggested !== null) this.vardiff.suggest(this.suggested, nowMs);
  }

  /** The miner's wish. True when the next job has another difficulty. Repeating a wish changes nothing. */
  suggest(difficulty: number, nowMs: number): boolean {
    if (this.vardiff === null) {
      this.suggested = difficulty;
      return false;
    }
    return this.vardiff.suggest(difficulty, nowMs) !== null;
  }

  /** Time went by. True when the next job has another difficulty, and should therefore go out now. */
  tick(nowMs: number): boolean {
    return this.vardiff !== null && this.vardiff.onTick(nowMs) !== null;
  }

  /** The next job; only for a session that is `ready`. */
  assign(work: LiveWork, nowMs: number): Assignment {
    const { difficulty } = this;
    const last = this.jobs.latest;
    const issued: IssuedJob = {
      id: this.nextJobId(work.job),
      work,
      job: last?.work === work && last.difficulty === difficulty ? last.job : this.makeJob(work, difficulty),
      difficulty,
      time: this.freshTime(work, last, nowMs),
      sentMs: nowMs,
    };
    this.jobs.add(issued);
    const announce = this.announced === difficulty ? null : difficulty;
    this.announced = difficulty;
    return {
      issued,
      clean: last === null || last.work.tip !== work.tip || difficulty < last.difficulty,
      announce,
    };
  }

  /** Null for a job this session was not given, or was given too long ago. */
  job(id: string, nowMs: number): IssuedJob | null {
    return this.jobs.find(id, nowMs);
  }

  /**
   * Judges a share and, when it is accepted, takes note of its hash. Afterwards `difficulty` may have changed
   * (`difficultyMoved` in the result): then the next job should go out.
   */
  submit(issued: IssuedJob, solution: Solution, nowMs: number): Judgement {
    const { versionMask } = this;
    const { versionBits } = solution;
    const share = this.shareOf(issued, solution);
    const verdict = judgeShare(issued, share, {
      versionMask,
      versionBitsAllowed: versionBits === null || (versionBits & ~versionMask) === 0,
      easierTarget: this.easierTarget(issued),
      hasWork: this.board.current !== null,
      staleGraceMs: this.rules.limits.staleGraceMs,
      nowMs,
    });
    return { ...verdict, issued, share, difficultyMoved: this.learn(verdict, issued, nowMs) };
  }

  /** Whether the solution is a block, whatever else it is; nothing is noted. */
  isBlock(issued: IssuedJob, solution: Solution): boolean {
    return hashMeets(
      sha256d(shareHeader(issued.job, this.shareOf(issued, solution))),
      issued.job.blockTarget,
    );
  }

  private shareOf({ work }: IssuedJob, { extranonce2, time, nonce, versionBits }: Solution): Share {
    const { version } = work.template;
    return {
      extranonce: concatBytes(this.extranonce1, extranonce2),
      time,
      nonce,
      version: versionBits === null ? version : ((version & ~this.versionMask) | versionBits) >>> 0,
    };
  }

  /** Takes a good share as evidence of the miner's hashrate. True when that changes the difficulty. */
  private learn({ kind }: Verdict, issued: IssuedJob, nowMs: number): boolean {
    if (kind === 'rejected' || this.vardiff === null) return false;
    this.shares++;
    this.rate.onShare(nowMs);
    const met =
      kind === 'accepted'
        ? issued.difficulty
        : Math.min(issued.difficulty, this.announced ?? issued.difficulty);
    return this.vardiff.onShare(nowMs, met) !== null;
  }

  /** The present target where it is easier than the job's. */
  private easierTarget({ job }: IssuedJob): Uint8Array | null {
    const present = this.jobs.latest?.job ?? job;
    return present.bits === job.bits || hashMeets(present.target, job.target) ? null : present.target;
  }

  private makeJob(work: LiveWork, difficulty: number): Job {
    const { payout } = this.owner!.identity;
    const bits = bitsOfDifficulty(difficulty);
    return makeJob({ ...work, signature: NO_SIGNATURE, payout, bits }, this.rules.network);
  }

  /**
   * Job row and a counter, at most 16 hex digits. The counter starts where the extranonce1 says, which no restart
   * repeats, so that a miner that comes back is never given an id it remembers as something else.
   */
  private nextJobId(row: number): string {
    this.jobCount++;
    return row.toString(16).padStart(8, '0') + this.jobCount.toString(16).padStart(2, '0');
  }

  /** Later than any header time this session was sent for this tip: equal coinbases must not repeat headers. */
  private freshTime(work: LiveWork, last: IssuedJob | null, nowMs: number): number {
    const present = Math.max(work.template.curTime, Math.floor(nowMs / 1000));
    return last?.work.tip === work.tip ? Math.max(present, last.time + 1) : present;
  }
}

const NO_SIGNATURE = new Uint8Array(0);
