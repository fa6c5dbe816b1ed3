/**
 * What the listener's miners may work on: the current work, and the earlier ones whose shares still count. Works on
 * one previous block share a `Tip`, which knows when it was replaced (a job is stale by that and nothing else) and
 * which share hashes it has seen. A tip that a reorganisation brings back is current again, with its memory.
 */

import { toHex } from '../../lib/index.js';
import type { BlockTemplate, CoinbaseShape, RoundBinding } from '../../mining/index.js';
import { HashIndex } from './hash-index.js';
import { JobIds } from './job-ids.js';

/** Everything jobs are made of but the miner and the difficulty. */
export interface Work {
  /** The row of template, shape and binding in the share log's job table (u32), durable before it comes here. */
  readonly job: number;
  readonly template: BlockTemplate;
  /** Of its transactions, the coinbase excluded: one behind the other, 32 bytes each in internal order. */
  readonly txids: Uint8Array;
  readonly shape: CoinbaseShape;
  readonly binding: RoundBinding;
}

export interface Tip {
  readonly prevHash: Uint8Array;
  /** When another previous block took its place; null while it is current. */
  replacedMs: number | null;
  readonly seen: HashIndex;
}

export interface LiveWork extends Work {
  readonly tip: Tip;
  /** When newer work took its place; null while it is current. */
  supersededMs: number | null;
}

const LIST_MS = 1_000;

export class WorkBoard {
  private readonly tips = new Map<string, Tip>();
  private works: LiveWork[] = [];
  private tip: Tip | null = null;
  readonly jobIds = new JobIds();
  current: LiveWork | null = null;
  /** There will be no work, for the reason given, and nobody is to wait for any. */
  isClosed = false;
  /** The present round, or the last one there was work for. */
  round = 0n;
  /** Shares of rounds before it count no more. */
  openRound = 0n;
  /** How far the system's clock is ahead of the times given here; other than 0 once it was set in this run. */
  wallAheadMs = 0;
  private listedMs = Number.NEGATIVE_INFINITY;

  /** `reason`: why there is no work, for people. */
  constructor(
    private readonly jobLifeMs: number,
    public reason: string,
  ) {}

  /** Whether its shares are remembered. Asked before `set`, which else must be given them. */
  knows(prevHash: Uint8Array, nowMs: number): boolean {
    this.expire(nowMs);
    return this.tips.has(toHex(prevHash));
  }

  /** `seen`: the hashes of shares that were counted on a previous block that the board does not know. */
  set(work: Work, nowMs: number, seen: HashIndex = new HashIndex()): LiveWork {
    this.supersede(nowMs);
    this.expire(nowMs);
    const tip = this.tipOf(work.template.prevHash, seen);
    if (this.tip !== null && this.tip !== tip) this.tip.replacedMs = nowMs;
    tip.replacedMs = null;
    this.tip = tip;
    this.round = work.binding.round;
    this.current = { ...work, tip, supersededMs: null };
    this.works.push(this.current);
    return this.current;
  }

  /** Whether one more list of transaction ids may be given out: to all miners together one a second. True counts as done. */
  mayList(nowMs: number): boolean {
    if (nowMs - this.listedMs < LIST_MS) return false;
    this.listedMs = nowMs;
    return true;
  }

  /** There is nothing right to work on. The tip is not replaced by that: nobody knows a newer one. */
  clear(reason: string, nowMs: number): void {
    this.supersede(nowMs);
    this.current = null;
    this.reason = reason;
  }

  /** The works whose shares can still be accepted, newest first. */
  live(nowMs: number): readonly LiveWork[] {
    this.expire(nowMs);
    return this.works.toReversed();
  }

  private tipOf(prevHash: Uint8Array, seen: HashIndex): Tip {
    const name = toHex(prevHash);
    let tip = this.tips.get(name);
    if (tip === undefined) {
      tip = { prevHash, replacedMs: null, seen };
      this.tips.set(name, tip);
    }
    return tip;
  }

  private supersede(nowMs: number): void {
    if (this.current !== null) this.current.supersededMs = nowMs;
  }

  private expire(nowMs: number): void {
    const oldestMs = nowMs - this.jobLifeMs;
    this.works = this.works.filter(({ supersededMs }) => supersededMs === null || supersededMs >= oldestMs);
    for (const [name, { replacedMs }] of this.tips) {
      if (replacedMs !== null && replacedMs < oldestMs) this.tips.delete(name);
    }
  }
}
