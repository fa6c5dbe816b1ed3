/**
 * A miner that means to bring as many shares as it can, on simulated time and with real hashes: it mines the easiest of
 * the jobs it was ever sent, and changes its wish every 2.1 s between two difficulties at the pool's lowest.
 */
import { hashMeets } from '../../../../src/bitcoin/index.js';
import { ManualClock } from '../../../../src/lib/index.js';
import { hashShare } from '../../../../src/mining/index.js';
import { DEFAULT_LIMITS } from '../../../../src/stratum/index.js';
import type { IssuedJob } from '../../../../src/stratum/session/job-memory.js';
import { Session } from '../../../../src/stratum/session/session.js';
import type { SessionRules } from '../../../../src/stratum/session/session-rules.js';
import { shareOf } from '../../../../src/stratum/session/solution.js';
import { WishBudget } from '../../../../src/stratum/session/wish-budget.js';
import { WorkBoard } from '../../../../src/stratum/session/work-board.js';
import { HARD_REGTEST, START_MS, sampleWork } from '../../../integration/stratum/sample-work.js';

const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const WISHES = [1e-9, 1.25e-9];
const WISH_MS = 2_100;
const STEP_MS = 100;
const RENOTIFY_MS = 25_000;

export const FLOODED: SessionRules = {
  network: HARD_REGTEST,
  mode: 'pool',
  startDifficulty: 1e-9,
  minDifficulty: 1e-9,
  maxDifficulty: 1e6,
  shareIntervalMs: 10_000,
  fixed: 'holds',
  versionMask: 0,
  limits: DEFAULT_LIMITS,
};

/** Of each minute. */
export interface Minute {
  credited: number;
  excess: number;
  uncredited: number;
  rejected: number;
}

export class FloodingMiner {
  readonly session: Session;
  private readonly clock = new ManualClock(START_MS);
  private readonly board = new WorkBoard(DEFAULT_LIMITS.jobLifeMs, 'starting');
  private readonly wishes: WishBudget;
  private readonly jobs: IssuedJob[] = [];
  private wished = false;
  private nonce = 0;
  private sentMs = 0;

  /** `fixed`: what its password asks for. */
  constructor(
    private readonly hashesPerSecond: number,
    rules: SessionRules = FLOODED,
    fixed: number | null = null,
  ) {
    const nowMs = this.clock.nowMs();
    this.session = new Session(rules, this.board, Uint8Array.of(0xa5, 0, 0, 1), nowMs);
    this.wishes = new WishBudget(nowMs);
    this.board.set(sampleWork({ job: 1, tip: 1 }), nowMs);
    const identity = this.session.identify(ADDRESS);
    const worker = { identity, miner: 1, row: 1, bestSession: 0, bestWeek: 0, week: 0, bestEver: 0 };
    this.session.ask(fixed, this.session.signature);
    this.session.logIn(ADDRESS, worker, null, nowMs);
    this.send();
  }

  /** Goes on for so many minutes. */
  run(minutes: number): Minute[] {
    const figures: Minute[] = [];
    for (let ms = 0; ms < minutes * 60_000; ms += STEP_MS) {
      if (ms % 60_000 === 0) figures.push({ credited: 0, excess: 0, uncredited: 0, rejected: 0 });
      this.clock.advance(STEP_MS);
      const nowMs = this.clock.nowMs();
      if (ms % WISH_MS === 0 && this.session.suggest(WISHES[(ms / WISH_MS) % 2]!, nowMs)) this.wished = true;
      if (this.wished && this.wishes.spend(nowMs, 0)) this.send();
      const isDue = nowMs - this.sentMs >= RENOTIFY_MS;
      if (ms % 1_000 === 0 && (this.session.tick(nowMs) || isDue)) this.send();
      this.mine((this.hashesPerSecond * STEP_MS) / 1000, figures.at(-1)!);
    }
    return figures;
  }

  private send(): void {
    const nowMs = this.clock.nowMs();
    this.jobs.push(this.session.assign(this.board.current!, nowMs).issued);
    this.wished = false;
    this.sentMs = nowMs;
  }

  /** The easiest that still counts. */
  private get job(): IssuedJob {
    const nowMs = this.clock.nowMs();
    const live = this.jobs.filter(({ id }) => this.session.job(id, nowMs) !== null);
    return live.reduce((a, b) => (b.difficulty < a.difficulty ? b : a));
  }

  private mine(hashes: number, minute: Minute): void {
    const issued = this.job;
    const nowMs = this.clock.nowMs();
    const hash = new Uint8Array(32);
    for (let i = 0; i < hashes; i++) {
      const solution = {
        extranonce2: new Uint8Array(8),
        time: issued.time,
        nonce: this.nonce++,
        versionBits: null,
      };
      hashShare(issued.job, shareOf(issued, solution, 0), hash);
      if (!hashMeets(hash, issued.job.target)) continue;
      const { kind, isExcess, difficultyMoved } = this.session.submit(issued, solution, nowMs);
      if (kind === 'accepted') minute.credited++;
      else minute[kind]++;
      if (isExcess) minute.excess++;
      if (difficultyMoved) this.send();
    }
  }
}
