/**
 * What the shares of one session are worth, and what they tell: each is judged by its job, credited as far as the
 * connection's allowance goes, and taken as evidence of the miner's hashrate. Hot path.
 */
import { difficultyOfHash } from '../../bitcoin/index.js';
import type { DifficultySetting } from './difficulty-setting.js';
import type { IssuedJob } from './job-memory.js';
import type { JobSeries } from './job-series.js';
import { type Judgement, judgeShare, type Refusal, type Verdict } from './judge-share.js';
import type { SessionRules } from './session-rules.js';
import { ShareAllowance } from './share-allowance.js';
import { ShareHistory } from './share-history.js';
import { type Solution, shareOf } from './solution.js';
import type { VersionRolling } from './version-rolling.js';
import type { WorkBoard } from './work-board.js';

export class SessionShares {
  readonly history: ShareHistory;
  readonly allowance: ShareAllowance;

  constructor(
    private readonly rules: SessionRules,
    private readonly board: WorkBoard,
    private readonly jobs: JobSeries,
    private readonly rolling: VersionRolling,
    private readonly difficultySetting: DifficultySetting,
    private readonly connectedMs: number,
  ) {
    this.history = new ShareHistory(rules.shareIntervalMs, connectedMs);
    this.allowance = new ShareAllowance(connectedMs);
  }

  /**
   * Judges a share, which came at `cameMs`, and, when it is accepted, takes note of its hash. `told`: whoever found it was
   * told that difficulty, if not the job's. `difficultyMoved` in the result: the session's difficulty is another now.
   */
  judge(
    issued: IssuedJob,
    solution: Solution,
    told: number | null,
    nowMs: number,
    cameMs: number,
  ): Judgement {
    const { versionBits } = solution;
    const versionMask = this.rolling.maskOf(solution);
    const share = shareOf(issued, solution, versionMask);
    const verdict = judgeShare(issued, share, {
      versionMask,
      versionBitsAllowed: versionBits === null || (versionBits & ~versionMask) === 0,
      easierTarget: this.jobs.easierTarget(issued, told),
      hasWork: this.board.current !== null,
      openRound: this.board.openRound,
      staleGraceMs: this.rules.limits.staleGraceMs,
      cameMs,
      wallMs: nowMs + this.board.wallAheadMs,
    });
    const kind = this.isBeyondAllowance(verdict.kind, issued, nowMs) ? 'uncredited' : verdict.kind;
    const isExcess =
      kind === 'accepted' && this.allowance.isExcess(nowMs, this.difficultySetting.shareIntervalMs);
    if (isExcess) this.difficultySetting.exceed(nowMs);
    // Each field by name: spread, the verdict would be copied by a slow path of V8, a tenth of what a share costs.
    const { refusal, hash, isBlock } = verdict;
    const hashDifficulty = difficultyOfHash(hash);
    const difficultyMoved = this.learn(kind, issued, told, hashDifficulty, nowMs);
    const isOvertaken = refusal !== null && this.isOvertaken(refusal, hash, hashDifficulty, issued);
    return {
      kind,
      refusal,
      hash,
      hashDifficulty,
      isBlock,
      isExcess,
      issued,
      share,
      difficultyMoved,
      isOvertaken,
    };
  }

  /** Once only: it was found once. */
  private isOvertaken(
    refusal: Refusal,
    hash: Uint8Array,
    hashDifficulty: number,
    { difficulty, work }: IssuedJob,
  ): boolean {
    if ((refusal !== 'stale' && refusal !== 'round-closed') || hashDifficulty < difficulty) return false;
    const { seen } = work.tip;
    if (seen.has(hash)) return false;
    seen.add(hash);
    return true;
  }

  /** A harder job was sent since, and too many shares of such jobs came. */
  private isBeyondAllowance(kind: Verdict['kind'], issued: IssuedJob, nowMs: number): boolean {
    return kind === 'accepted' && this.jobs.isOutgrown(issued) && !this.allowance.outgrown.credits(nowMs);
  }

  /** Takes a good share as evidence of the miner's hashrate. True when that changes the difficulty. */
  private learn(
    kind: Verdict['kind'],
    { difficulty, sentMs }: IssuedJob,
    told: number | null,
    hashDifficulty: number,
    nowMs: number,
  ): boolean {
    if (kind === 'rejected') return false;
    const other = kind === 'accepted' ? told : (told ?? this.jobs.announced);
    const met = Math.min(difficulty, other ?? difficulty);
    this.history.onShare(nowMs, met);
    // Of an earlier connection's job: it was found before, nobody knows when, and waited with others for this one.
    if (sentMs < this.connectedMs) return false;
    return this.difficultySetting.onShare(nowMs, met, hashDifficulty);
  }
}
