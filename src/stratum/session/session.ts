/**
 * One miner's connection as the pool sees it, whatever protocol it speaks: who it is, what it was given to do, at
 * which difficulty, and what its shares are worth. Pure: time comes in with each call, and results are data.
 *
 * A share is judged at the bits its job committed to, so every change of difficulty is a new job. It ships with the
 * very next message: up with `clean` false (older jobs go on counting at their lower difficulty, for as many shares as
 * `OutgrownAllowance` has), down with `clean` true (a miner that goes on with a harder job would earn as ever, but a slow one might never meet it).
 */
import { difficultyOfHash } from '../../bitcoin/index.js';
import { equalBytes } from '../../lib/index.js';
import { minerId } from '../../mining/index.js';
import { FarmAgent } from '../agent/farm-agent.js';
import { ShortJobIds } from '../agent/short-job-ids.js';
import type { RememberedDifficulty } from '../share-sink.js';
import { Crew } from './crew.js';
import { DifficultySetting } from './difficulty-setting.js';
import { type Recipient, type StrayBlock, type StraySolution, strayBlock } from './given-jobs.js';
import { type Identity, parseUsername } from './identity.js';
import type { Assignment, IssuedJob } from './job-memory.js';
import { JobSeries } from './job-series.js';
import { type Judgement, judgeShare, type Verdict } from './judge-share.js';
import { networkDifficulty } from './network-difficulty.js';
import type { PastSession } from './past-sessions.js';
import type { SessionRules } from './session-rules.js';
import { ShareAllowance } from './share-allowance.js';
import { ShareHistory } from './share-history.js';
import { NO_SIGNATURE, type Signature } from './signature.js';
import { isBlock, type Solution, shareOf } from './solution.js';
import { VersionRolling } from './version-rolling.js';
import type { LiveWork, WorkBoard } from './work-board.js';
import { usernameOf, type Worker } from './worker.js';

/** One worker and ten minutes of jobs that are others' as well: how many sessions there are is bounded elsewhere. */
const ORDINARY_BYTES = 6_000;

/** As ckpool has it. */
const LIST_MS = 30_000;

const JOB_ID = /^[0-9a-f]{16}$/;

export class Session {
  readonly difficultySetting: DifficultySetting;
  readonly crew: Crew;
  readonly history: ShareHistory;
  readonly allowance: ShareAllowance;
  subscribed = false;
  userAgent = '';
  readonly rolling: VersionRolling;
  /** Who speaks here for the machines of a farm; null for who mines for itself. */
  agent: FarmAgent | null = null;
  /** What the password wants in the coinbase of this session's blocks. */
  signature: Signature = NO_SIGNATURE;
  /** The earlier session that this one continues. */
  past: PastSession | null = null;
  /** It was lent to a name, and is not this connection's to leave behind. */
  isPastLent = false;

  private listedMs = Number.NEGATIVE_INFINITY;
  private readonly jobs: JobSeries;
  private recipient: Recipient | null = null;

  constructor(
    readonly rules: SessionRules,
    private readonly board: WorkBoard,
    /** 4 bytes, this session's alone. */
    public extranonce1: Uint8Array,
    readonly connectedMs: number,
  ) {
    this.difficultySetting = new DifficultySetting(rules, () =>
      networkDifficulty(board.current, rules.network),
    );
    this.rolling = new VersionRolling(rules.versionMask);
    this.jobs = new JobSeries(rules, board);
    this.crew = new Crew(rules.limits.workers);
    this.history = new ShareHistory(rules.shareIntervalMs, connectedMs);
    this.allowance = new ShareAllowance(connectedMs);
  }

  /** By the username of the login. */
  get workers(): ReadonlyMap<string, Worker> {
    return this.crew.workers;
  }

  /** Whether it can be given work: subscribed and logged in. */
  get ready(): boolean {
    return this.subscribed && this.workers.size > 0;
  }

  /** The worker that logged in first, whose payout owns the connection. */
  get owner(): Worker | null {
    return this.crew.owner;
  }

  /** The difficulty the next job will have. */
  get difficulty(): number {
    return this.difficultySetting.value;
  }

  /** About what this session keeps in memory beyond what each has to have. */
  get stateBytes(): number {
    const agentBytes = this.agent?.stateBytes ?? 0;
    return Math.max(0, this.jobs.stateBytes + this.crew.stateBytes + agentBytes - ORDINARY_BYTES);
  }

  /** In difficulty per second; multiplied by 2³² it is hashes. */
  hashrate(nowMs: number): number {
    return this.history.rate.workPerSecond(nowMs);
  }

  /** Whether good shares come over this connection at present. */
  isSharing(nowMs: number): boolean {
    return this.history.isOngoing(this.difficultySetting.shareIntervalMs, nowMs);
  }

  /** Throws `IdentityError`. */
  identify(username: string): Identity {
    return parseUsername(username, this.rules.network, this.rules.mode, this.owner?.identity);
  }

  /** It turns out that a farm agent is at the other end. Before the login. */
  serveFarm(): void {
    this.agent = new FarmAgent(new ShortJobIds(this.extranonce1[3]!));
    this.difficultySetting.keepToPowersOfTwo();
  }

  /** Whether shares of this connection may be paid to `identity`: the first payout owns it. */
  mayPay(identity: Identity): boolean {
    return this.crew.mayPay(identity);
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
    // Its own jobs have its own; of earlier sessions' few are kept.
    if (this.past === null) return;
    yield* this.past.jobs.signatureRows();
    if (this.past.stray !== null) yield* this.past.stray.jobs.signatureRows();
  }

  /** What the password asks for. Before the login; a connection has one password. */
  ask(difficulty: number | null, signature: Signature): void {
    this.difficultySetting.fixed = difficulty;
    this.signature = signature;
  }

  /** `remembered`: the worker's difficulty when it was last here; it goes before the miner's own wish. */
  logIn(username: string, worker: Worker, remembered: RememberedDifficulty | null, nowMs: number): void {
    if (this.owner === null) {
      if (this.past !== null) this.goOn(this.past, minerId(worker.identity.payout));
      this.difficultySetting.start(remembered, nowMs, this.userAgent);
    }
    this.crew.add(username, worker);
  }

  /** It went on with an earlier session, and brought no share. */
  get foundNothing(): boolean {
    return this.past !== null && this.history.own === 0;
  }

  /**
   * What a later session can continue; null when nobody ever logged in. A connection that continued a session by its id
   * and found nothing leaves that as it was, with the jobs that it was given itself.
   */
  end(nowMs: number): PastSession | null {
    const { past } = this;
    const own = this.own(nowMs);
    if (past === null || this.isPastLent || !this.foundNothing) return own;
    return { ...past, stray: own ?? past.stray, endedMs: nowMs };
  }

  private own(nowMs: number): PastSession | null {
    const { crew, history } = this;
    const { owner, ownerId } = crew;
    if (owner === null || ownerId === null) return null;
    const { extranonce1, userAgent, rolling } = this;
    return {
      extranonce1,
      ownerId,
      username: usernameOf(owner),
      userAgent,
      difficulty: this.difficultySetting.past,
      jobs: this.jobs.kept,
      shortJobIds: this.agent?.jobIds ?? null,
      stray: null,
      rolling,
      history,
      bests: crew.bests(),
      endedMs: nowMs,
    };
  }

  /** The miner's wish. True when the next job has another difficulty. Repeating a wish changes nothing. */
  suggest(difficulty: number, nowMs: number): boolean {
    return this.difficultySetting.suggest(difficulty, nowMs);
  }

  /** Time went by. True when the next job has another difficulty. */
  tick(nowMs: number): boolean {
    if (this.board.current === null) {
      this.difficultySetting.pause(nowMs);
      return false;
    }
    return this.difficultySetting.onTick(nowMs);
  }

  /** The next job; only for a session that is `ready`. */
  assign(work: LiveWork, nowMs: number): Assignment {
    const { difficulty, signature, userAgent, extranonce1 } = this;
    const { payout } = this.owner!.identity;
    this.recipient ??= { username: usernameOf(this.owner!), rolling: this.rolling };
    const wanted = { to: this.recipient, payout, difficulty, signature, userAgent, extranonce1 };
    const isProven = this.history.shares > 0;
    return this.jobs.next(work, { ...wanted, isProven, mask: this.rolling.takeUntold() }, nowMs);
  }

  /**
   * Whether it may have a list of transaction ids, a quarter of a megabyte: with a good share of its own, once in half a
   * minute, and not more than one a second for all. True counts as done.
   */
  mayList(nowMs: number): boolean {
    if (this.history.own === 0 || nowMs - this.listedMs < LIST_MS || !this.board.mayList(nowMs)) return false;
    this.listedMs = nowMs;
    return true;
  }

  /** In full and in lower case. `written`: as it came, which may be short from a farm agent. */
  jobIdOf(written: string): string {
    return this.agent?.jobIds.spelled(written)?.id ?? written.toLowerCase();
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
    const { versionBits } = solution;
    const versionMask = this.rolling.maskOf(solution);
    const share = shareOf(issued, solution, versionMask);
    const told = this.agent?.toldOf(solution.extranonce2, issued.sentMs) ?? null;
    const verdict = judgeShare(issued, share, {
      versionMask,
      versionBitsAllowed: versionBits === null || (versionBits & ~versionMask) === 0,
      easierTarget: this.jobs.easierTarget(issued, told),
      hasWork: this.board.current !== null,
      openRound: this.board.openRound,
      staleGraceMs: this.rules.limits.staleGraceMs,
      nowMs,
    });
    const kind = this.isBeyondAllowance(verdict.kind, issued, nowMs) ? 'uncredited' : verdict.kind;
    const isExcess =
      kind === 'accepted' && this.allowance.isExcess(nowMs, this.difficultySetting.shareIntervalMs);
    if (isExcess) this.difficultySetting.exceed(nowMs);
    // Each field by name: spread, the verdict would be copied by a slow path of V8, a tenth of what a share costs.
    const difficultyMoved = this.learn(kind, issued, told, verdict.hash, nowMs);
    const { refusal, hash } = verdict;
    return { kind, refusal, hash, isBlock: verdict.isBlock, isExcess, issued, share, difficultyMoved };
  }

  /** Whether the solution is a block, whatever else it is; nothing is noted. */
  isBlock(issued: IssuedJob, solution: Solution): boolean {
    return isBlock(issued, solution, this.rolling.maskOf(solution));
  }

  /** A block on a job that any connection here was given, whoever sends it. Null for what is none. */
  strayBlock(stray: StraySolution, nowMs: number): StrayBlock | null {
    return strayBlock(stray, this.board.live(nowMs));
  }

  /** Whether a job id is one that another listener gives out (`JobIds`). */
  isElsewhere(jobId: string): boolean {
    return JOB_ID.test(jobId) && Number.parseInt(jobId.slice(0, 2), 16) !== this.extranonce1[0];
  }

  /** A harder job was sent since, and too many shares of such jobs came. */
  private isBeyondAllowance(kind: Verdict['kind'], issued: IssuedJob, nowMs: number): boolean {
    return kind === 'accepted' && this.jobs.isOutgrown(issued) && !this.allowance.outgrown.credits(nowMs);
  }

  /**
   * Takes a good share as evidence of the miner's hashrate. `told`: whoever found it was told that difficulty, if not the
   * job's. True when that changes the difficulty.
   */
  private learn(
    kind: Verdict['kind'],
    { difficulty }: IssuedJob,
    told: number | null,
    hash: Uint8Array,
    nowMs: number,
  ): boolean {
    if (kind === 'rejected') return false;
    const other = kind === 'accepted' ? told : (told ?? this.jobs.announced);
    const met = Math.min(difficulty, other ?? difficulty);
    this.history.onShare(nowMs, met);
    return this.difficultySetting.onShare(nowMs, met, difficultyOfHash(hash));
  }

  /**
   * The jobs of the same payout's earlier session are this one's, each with the extranonce1 it was sent with, so what was
   * found for them counts. A miner that has its extranonce1 back takes its version mask for agreed as well.
   */
  private goOn(past: PastSession, ownerId: Uint8Array): void {
    const { stray } = past;
    const isOwn = equalBytes(past.ownerId, ownerId);
    if (isOwn) this.jobs.goOn(past.jobs);
    if (stray !== null && equalBytes(stray.ownerId, ownerId)) this.jobs.goOn(stray.jobs);
    if (!isOwn) return;
    this.history.goOn(past.history);
    this.crew.goOn(past.bests);
    if (this.agent !== null && past.shortJobIds !== null) this.agent.jobIds = past.shortJobIds;
    this.difficultySetting.resume(past.difficulty, this.isPastLent);
    if (this.extranonce1 === past.extranonce1) this.rolling.goOn(past.rolling);
  }
}
