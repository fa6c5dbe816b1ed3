/**
 * An ESP32 on simulated time, as the guard and vardiff see it: 50,000 hashes a second, nothing known of it, at the pool's
 * start difficulty, which comes down while it is silent. Its shares are a Poisson process. Where it loses its place it
 * tries again, and the listener that it had been at before has its difficulty of then.
 */
import { WHOLE_GRID } from '../../../../src/stratum/session/difficulty-grid.js';
import { Vardiff } from '../../../../src/stratum/session/vardiff.js';
import type { Client, NodeOfDoors } from './node-of-doors.js';

const HASHES_PER_SECOND = 50_000;
const HASHES_PER_DIFFICULTY = 2 ** 32;
/** The mainnet preset's. */
export const START_DIFFICULTY = 4096;
export const LOWEST_DIFFICULTY = 0.001;
const INTERVAL_MS = 10_000;
const TICK_MS = 1_000;

export class SlowMiner {
  client: Client | null = null;
  /** When it first came, was first let in, and had its first share. */
  readonly cameMs: number;
  enteredMs: number | null = null;
  creditedMs: number | null = null;
  shares = 0;
  /** Times it lost its place. */
  lost = 0;
  private vardiff: Vardiff | null = null;
  private nextTryMs: number;
  private nextTickMs = 0;
  private wasMs: number;
  private readonly pasts = new Map<number, { difficulty: number; isProven: boolean }>();

  constructor(
    private readonly node: NodeOfDoors,
    readonly address: string,
    private readonly againMs: number,
    private readonly random: Iterator<number, never>,
    /** Until its first try. */
    delayMs = 0,
  ) {
    this.cameMs = node.nowMs + delayMs;
    this.nextTryMs = this.cameMs;
    this.wasMs = node.nowMs;
  }

  get isIn(): boolean {
    return this.client !== null && !this.client.gone;
  }

  /** Once for each step of the node's clock. */
  step(): void {
    const { nowMs } = this.node;
    const sinceMs = nowMs - this.wasMs;
    this.wasMs = nowMs;
    if (!this.isIn) this.comeBack(nowMs);
    else if (this.client!.visit.mayBegin(nowMs)) this.mine(sinceMs, nowMs);
  }

  private comeBack(nowMs: number): void {
    if (this.client !== null && this.vardiff !== null) {
      this.lost++;
      const { difficulty, proven } = this.vardiff;
      this.pasts.set(this.client.door, { difficulty, isProven: proven !== null });
      this.vardiff = null;
      this.nextTryMs = Math.max(this.nextTryMs, nowMs + this.againMs);
    }
    if (nowMs < this.nextTryMs) return;
    this.nextTryMs = nowMs + this.againMs;
    this.client = this.node.come(this.address);
    if (this.client !== null) this.enteredMs ??= nowMs;
  }

  private mine(sinceMs: number, nowMs: number): void {
    const vardiff = this.vardiff ?? this.logIn(nowMs);
    const sharesPerMs = HASHES_PER_SECOND / 1000 / (vardiff.difficulty * HASHES_PER_DIFFICULTY);
    if (this.random.next().value < 1 - Math.exp(-sinceMs * sharesPerMs)) {
      this.shares++;
      this.creditedMs ??= nowMs;
      this.node.work([this.client!], vardiff.difficulty);
      vardiff.onShare(nowMs);
    }
    if (nowMs < this.nextTickMs) return;
    this.nextTickMs = nowMs + TICK_MS;
    vardiff.onTick(nowMs);
  }

  private logIn(nowMs: number): Vardiff {
    const past = this.pasts.get(this.client!.door);
    this.vardiff = new Vardiff(
      {
        startDifficulty: past?.difficulty ?? START_DIFFICULTY,
        isRemembered: past?.isProven ?? false,
        hasRoom: true,
        belowOne: 'taken',
        wish: 0,
        minDifficulty: LOWEST_DIFFICULTY,
        maxDifficulty: 1e9,
        shareIntervalMs: INTERVAL_MS,
        grid: WHOLE_GRID,
        ceiling: () => Number.POSITIVE_INFINITY,
      },
      nowMs,
    );
    return this.vardiff;
  }
}
