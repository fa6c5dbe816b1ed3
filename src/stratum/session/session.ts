/**
 * One miner's connection as the pool sees it, whatever protocol it speaks: who it is, what it was given to do, at
 * which difficulty, and what its shares are worth. Pure: time comes in with each call, and results are data.
 *
 * A share is judged at the bits its job committed to, so every change of difficulty is a new job. It ships with the
 * very next message: up with `clean` false (older jobs go on counting at their lower difficulty, for as many shares as
 * `OutgrownAllowance` has), down with `clean` true (a miner that goes on with a harder job would earn as ever, but a slow
 * one might never meet it).
 */
import { minerId } from '../../mining/index.js';
import { FarmAgent } from '../agent/farm-agent.js';
import { ShortJobIds } from '../agent/short-job-ids.js';
import type { RememberedDifficulty } from '../share-sink.js';
import { goOn, leftBy } from './continuation.js';
import { Crew } from './crew.js';
import { DifficultySetting } from './difficulty-setting.js';
import { type Recipient, type StrayBlock, type StraySolution, strayBlock } from './given-jobs.js';
import { type Identity, parseUsername } from './identity.js';
import type { Assignment, IssuedJob } from './job-memory.js';
import { JobSeries } from './job-series.js';
import type { Judgement } from './judge-share.js';
import { networkDifficulty } from './network-difficulty.js';
import type { PastSession } from './past-sessions.js';
import type { SessionRules } from './session-rules.js';
import { SessionShares } from './session-shares.js';
import type { ShareAllowance } from './share-allowance.js';
import type { ShareHistory } from './share-history.js';
import { NO_SIGNATURE, type Signature } from './signature.js';
import { isBlock, type Solution } from './solution.js';
import { VersionRolling } from './version-rolling.js';
import type { LiveWork, WorkBoard } from './work-board.js';
import { usernameOf, type Worker } from './worker.js';

/**
 * Not counted: one worker, and ten minutes of jobs that are others' as well. How many sessions there are is bounded
 * elsewhere.
 */
const ORDINARY_BYTES = 6_000;

/** How long a session that had a list of transaction ids waits for the next; as ckpool has it. */
const LIST_MS = 30_000;

const JOB_ID = /^[0-9a-f]{16}$/;

/**
 * What has waited for longer counts as come so long ago: nothing but a disk that stands keeps a share waiting for a minute, and
 * who audits this node doubts shares that are noted five minutes after their work was replaced (docs/claim-format.md).
 */
const LONGEST_WAIT_MS = 60_000;

export class Session {
  readonly difficultySetting: DifficultySetting;
  readonly jobs: JobSeries;
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
  /** The earlier session was lent to a name, and is not this connection's to leave behind. */
  isPastLent = false;

  /** When that came which the session is asked now; null for just now. */
  cameMs: number | null = null;

  private listedMs = Number.NEGATIVE_INFINITY;
  private readonly shares: SessionShares;
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
    this.crew = new Crew(rules.limits.workers, rules.memory ?? null);
    const { jobs, rolling, difficultySetting } = this;
    this.shares = new SessionShares(rules, board, jobs, rolling, difficultySetting, connectedMs);
    this.history = this.shares.history;
    this.allowance = this.shares.allowance;
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
      if (this.past !== null) goOn(this, this.past, minerId(worker.identity.payout));
      this.difficultySetting.start(remembered, nowMs, this.userAgent);
    }
    this.crew.add(username, worker);
  }

  /** The session went on with an earlier one, and brought no share. */
  get foundNothing(): boolean {
    return this.past !== null && this.history.own === 0;
  }

  /** What a later session can continue; null when nobody ever logged in. */
  end(nowMs: number): PastSession | null {
    return leftBy(this, nowMs);
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
    const told = this.agent?.toldOf(solution.extranonce2, issued.sentMs) ?? null;
    const cameMs = Math.max(this.cameMs ?? nowMs, nowMs - LONGEST_WAIT_MS);
    return this.shares.judge(issued, solution, told, nowMs, cameMs);
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
}
