/**
 * One miner's connection as the pool sees it, whatever protocol it speaks: who it is, what it was given to do, at
 * which difficulty, and what its shares are worth. Pure: time comes in with each call, and results are data.
 *
 * A share is judged at the bits its job committed to, so every change of difficulty is a new job. It ships with the
 * very next message: up with `clean` false (older jobs go on counting at their lower difficulty, for as many shares as
 * `ShareAllowance` has), down with `clean` true (a miner that goes on with a harder job would earn as ever, but a slow one might never meet it).
 */
import { hashMeets } from '../../bitcoin/index.js';
import { equalBytes } from '../../lib/index.js';
import { hashShare, minerId } from '../../mining/index.js';
import { DifficultySetting } from './difficulty-setting.js';
import { type Identity, parseUsername } from './identity.js';
import { jobFor } from './job-for.js';
import { type Assignment, type IssuedJob, JobMemory } from './job-memory.js';
import { type Judgement, judgeShare, type Verdict } from './judge-share.js';
import { networkDifficulty } from './network-difficulty.js';
import type { PastSession } from './past-sessions.js';
import type { SessionRules } from './session-rules.js';
import { ShareAllowance } from './share-allowance.js';
import { ShareRate } from './share-rate.js';
import { NO_SIGNATURE, type Signature } from './signature.js';
import { type Solution, shareOf } from './solution.js';
import type { LiveWork, WorkBoard } from './work-board.js';
import { usernameOf, type Worker } from './worker.js';

/** Measured: a job that no other session has, what a session keeps of any job, and a worker that has logged in. */
const JOB_BYTES = 1_600;
const ISSUED_BYTES = 200;
const WORKER_BYTES = 900;
/** One worker and ten minutes of jobs that are others' as well: how many sessions there are is bounded elsewhere. */
const ORDINARY_BYTES = 6_000;
/** A connection that was silent for longer brings no shares at present; by chance one share in 22,000 is followed by that. */
const SILENT_INTERVALS = 10;
/** Of a hash that is looked at and forgotten. */
const scratch = new Uint8Array(32);

export class Session {
  readonly workers = new Map<string, Worker>();
  readonly connectedMs: number;
  readonly difficultySetting: DifficultySetting;
  rate: ShareRate;
  /** When the first of the connections began that this session continues. */
  startedMs: number;
  subscribed = false;
  userAgent = '';
  /** Negotiated version bits; 0 before or without negotiation. */
  versionMask = 0;
  /** What the miner asked for in that negotiation. */
  minerVersionMask = 0;
  /** The mask that `mining.set_version_mask` last told; configure's answer does not count, see `configure.ts`. */
  toldVersionMask = 0;
  /** Shares accepted or uncredited, those of the session that this one continues included. */
  shares = 0;
  /** The same of this connection alone: what shows that it has the miner that it says it is. */
  ownShares = 0;
  /** What the password wants in the coinbase of this session's blocks. */
  signature: Signature = NO_SIGNATURE;
  /** The earlier session that this one continues. */
  past: PastSession | null = null;
  /** It was lent to a name, and is not this connection's to leave behind. */
  isPastLent = false;

  /** Characters of the names that logged in. */
  private nameBytes = 0;
  private announced: number | null = null;
  private jobs: JobMemory;
  private readonly allowance: ShareAllowance;
  /** Of this connection; null before the first good one. */
  private lastShareMs: number | null = null;
  private ownerId: Uint8Array | null = null;
  private bests: ReadonlyMap<string, number> = new Map();

  constructor(
    readonly rules: SessionRules,
    private readonly board: WorkBoard,
    /** 4 bytes, this session's alone. */
    public extranonce1: Uint8Array,
    nowMs: number,
  ) {
    this.connectedMs = nowMs;
    this.startedMs = nowMs;
    this.difficultySetting = new DifficultySetting(rules, () =>
      networkDifficulty(board.current, rules.network),
    );
    this.jobs = new JobMemory(rules.limits.jobLifeMs);
    this.rate = new ShareRate(rules.shareIntervalMs, nowMs);
    this.allowance = new ShareAllowance(nowMs);
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
    return this.difficultySetting.value;
  }

  /** About what this session keeps in memory beyond what each has to have. */
  get stateBytes(): number {
    const { made, size } = this.jobs;
    const bytes = made * JOB_BYTES + size * ISSUED_BYTES + this.workers.size * WORKER_BYTES + this.nameBytes;
    return Math.max(0, bytes - ORDINARY_BYTES);
  }

  /** In difficulty per second; multiplied by 2³² it is hashes. */
  hashrate(nowMs: number): number {
    return this.rate.perSecond(nowMs) * this.difficulty;
  }

  /** Whether good shares come over this connection at present. */
  isSharing(nowMs: number): boolean {
    const silentMs = SILENT_INTERVALS * this.difficultySetting.shareIntervalMs;
    return this.lastShareMs !== null && nowMs - this.lastShareMs <= silentMs;
  }

  /** Throws `IdentityError`. */
  identify(username: string): Identity {
    return parseUsername(username, this.rules.network, this.rules.mode);
  }

  /** Whether shares of this connection may be paid to `identity`: the first payout owns it. */
  mayPay(identity: Identity): boolean {
    return this.ownerId === null || equalBytes(this.ownerId, minerId(identity.payout));
  }

  /**
   * This session continues an earlier one, if it turns out to be of the same payout. Before the login. `isLent`: to
   * somebody who knows no more than the name; the extranonce1 stays with the session's id.
   */
  resume(past: PastSession, isLent: boolean): void {
    this.past = past;
    this.isPastLent = isLent;
    if (!isLent && !this.subscribed) this.extranonce1 = past.extranonce1;
  }

  /** Of its jobs' signatures; it is cheap to ask. */
  *signatureRows(): Generator<number> {
    yield this.signature.row;
    // Its own jobs have its own; of an earlier session's few are kept.
    if (this.past !== null) yield* this.past.jobs.signatureRows();
  }

  /** What the password asks for. Before the login; a connection has one password. */
  ask(difficulty: number | null, signature: Signature): void {
    this.difficultySetting.fixed = difficulty;
    this.signature = signature;
  }

  /** `remembered`: the worker's difficulty when it was last here; the miner's own wish goes before it. */
  logIn(username: string, worker: Worker, remembered: number | null, nowMs: number): void {
    this.workers.set(username, worker);
    this.nameBytes += username.length;
    if (this.ownerId === null) {
      this.ownerId = minerId(worker.identity.payout);
      if (this.past !== null && equalBytes(this.past.ownerId, this.ownerId)) this.goOn(this.past);
      this.difficultySetting.start(remembered, nowMs);
    }
    worker.bestSession = Math.max(worker.bestSession, this.bests.get(usernameOf(worker)) ?? 0);
  }

  /**
   * What a later session can continue; null when nobody ever logged in. Anybody may log in under a name, so a
   * connection that continued a session and found nothing leaves that as it was.
   */
  end(nowMs: number): PastSession | null {
    const { owner, ownerId, past } = this;
    if (past !== null && (this.ownShares === 0 || owner === null)) {
      return this.isPastLent ? null : { ...past, endedMs: nowMs };
    }
    if (owner === null || ownerId === null) return null;
    const workers = Array.from(this.workers.values());
    return {
      extranonce1: this.extranonce1,
      ownerId,
      username: usernameOf(owner),
      userAgent: this.userAgent,
      difficulty: this.difficultySetting.past,
      jobs: this.jobs,
      versionMask: this.versionMask,
      minerVersionMask: this.minerVersionMask,
      rate: this.rate,
      shares: this.shares,
      startedMs: this.startedMs,
      bests: new Map(workers.map((worker) => [usernameOf(worker), worker.bestSession])),
      endedMs: nowMs,
    };
  }

  /** The miner's wish. True when the next job has another difficulty. Repeating a wish changes nothing. */
  suggest(difficulty: number, nowMs: number): boolean {
    return this.difficultySetting.suggest(difficulty, nowMs);
  }

  /** Time went by. True when the next job has another difficulty. */
  tick(nowMs: number): boolean {
    return this.difficultySetting.onTick(nowMs);
  }

  /** The next job; only for a session that is `ready`. */
  assign(work: LiveWork, nowMs: number): Assignment {
    const { difficulty } = this;
    const last = this.jobs.latest;
    const { signature, userAgent } = this;
    const { payout } = this.owner!.identity;
    const issued: IssuedJob = {
      id: this.board.jobIds.next(this.extranonce1[0]!, work.job, nowMs),
      extranonce1: this.extranonce1,
      work,
      ...jobFor(work, { payout, difficulty, signature, userAgent }, this.rules.network),
      difficulty,
      time: this.freshTime(work, last, nowMs),
      sentMs: nowMs,
    };
    const { jobs, jobsBeforeShare } = this.rules.limits;
    this.jobs.add(issued, this.shares > 0 ? jobs : jobsBeforeShare);
    const first = this.announced === null;
    const announce = this.announced === difficulty ? null : difficulty;
    const mask = this.toldVersionMask === this.versionMask ? null : this.versionMask;
    this.announced = difficulty;
    this.toldVersionMask = this.versionMask;
    const clean = first || last?.work.tip !== work.tip || difficulty < last.difficulty;
    return { issued, clean, announce, mask };
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
    const versionMask = this.maskOf(solution);
    const { versionBits } = solution;
    const share = shareOf(issued, solution, versionMask);
    const verdict = judgeShare(issued, share, {
      versionMask,
      versionBitsAllowed: versionBits === null || (versionBits & ~versionMask) === 0,
      easierTarget: this.easierTarget(issued),
      hasWork: this.board.current !== null,
      openRound: this.board.openRound,
      staleGraceMs: this.rules.limits.staleGraceMs,
      nowMs,
    });
    const { refusal, hash, isBlock } = verdict;
    const kind = this.isBeyondAllowance(verdict.kind, issued, nowMs) ? 'uncredited' : verdict.kind;
    const isExcess =
      kind === 'accepted' && this.allowance.isExcess(nowMs, this.difficultySetting.shareIntervalMs);
    if (isExcess) this.difficultySetting.exceed(nowMs);
    // Each field by name: spread, the verdict would be copied by a slow path of V8, a tenth of what a share costs.
    const difficultyMoved = this.learn(kind, issued, nowMs);
    return { kind, refusal, hash, isBlock, isExcess, issued, share, difficultyMoved };
  }

  /** Whether the solution is a block, whatever else it is; nothing is noted. */
  isBlock(issued: IssuedJob, solution: Solution): boolean {
    const share = shareOf(issued, solution, this.maskOf(solution));
    hashShare(issued.job, share, scratch);
    return hashMeets(scratch, issued.job.blockTarget);
  }

  /**
   * Which bits may differ from the job's. Some proxies negotiate for their miners and not with the pool, so bits that
   * come without any negotiation are those of the pool's mask: the hash shows whether they were really hashed.
   */
  private maskOf({ versionBits }: Solution): number {
    return this.minerVersionMask === 0 && versionBits !== null ? this.rules.versionMask : this.versionMask;
  }

  /** A harder job was sent since, and too many shares of such jobs came. */
  private isBeyondAllowance(kind: Verdict['kind'], { difficulty }: IssuedJob, nowMs: number): boolean {
    const present = this.jobs.latest?.difficulty ?? difficulty;
    return kind === 'accepted' && difficulty < present && !this.allowance.creditsOutgrown(nowMs);
  }

  /** Takes a good share as evidence of the miner's hashrate. True when that changes the difficulty. */
  private learn(kind: Verdict['kind'], issued: IssuedJob, nowMs: number): boolean {
    if (kind === 'rejected') return false;
    this.shares++;
    this.ownShares++;
    this.rate.onShare(nowMs);
    this.lastShareMs = nowMs;
    const met =
      kind === 'accepted'
        ? issued.difficulty
        : Math.min(issued.difficulty, this.announced ?? issued.difficulty);
    return this.difficultySetting.onShare(nowMs, met);
  }

  /**
   * The jobs of the earlier session are this one's, each with the extranonce1 it was sent with, so what was found for
   * them counts. A miner that has its extranonce1 back takes its version mask for agreed as well.
   */
  private goOn(past: PastSession): void {
    this.jobs = past.jobs.copy();
    this.rate = past.rate;
    this.shares = past.shares;
    this.startedMs = past.startedMs;
    this.bests = past.bests;
    this.difficultySetting.resume(past.difficulty);
    if (this.extranonce1 !== past.extranonce1 || this.minerVersionMask !== 0) return;
    this.versionMask = past.versionMask;
    this.minerVersionMask = past.minerVersionMask;
  }

  /** The present target where it is easier than the job's. */
  private easierTarget({ job }: IssuedJob): Uint8Array | null {
    const present = this.jobs.latest?.job ?? job;
    return present.bits === job.bits || hashMeets(present.target, job.target) ? null : present.target;
  }

  /** Later than any header time this session was sent for this tip: equal coinbases must not repeat headers. */
  private freshTime(work: LiveWork, last: IssuedJob | null, nowMs: number): number {
    const present = Math.max(work.template.curTime, Math.floor(nowMs / 1000));
    return last?.work.tip === work.tip ? Math.max(present, last.time + 1) : present;
  }
}
