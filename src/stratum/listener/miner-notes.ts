/**
 * What a listener notes of one miner for its next connection: in the share log the difficulty that its shares proved, and
 * at this listener what it has used of its allowance, and the session itself.
 */
import { addressKey } from '../guard/address-key.js';
import { allowanceKeys } from '../session/outgrown-allowance.js';
import type { Session } from '../session/session.js';
import type { Floor } from './floor.js';
import { nameKey } from './v1-login.js';

/** A difficulty that does not change is noted anew this often, or after a day it would count as forgotten. */
const REMEMBER_MS = 3_600_000;
/**
 * What shares prove moves also where nothing is announced, as of a miner that became slower: silence has announced it
 * before. It is noted this often, where it moved by more than a few shares do by chance.
 */
const MOVED_MS = 30_000;
const MOVED = 1.25;

export class MinerNotes {
  /** Of its first worker nothing was known. */
  isNew = false;
  private rememberedMs = 0;
  private remembered = 0;

  constructor(
    private readonly session: Session,
    private readonly floor: Floor,
    private readonly ip: string,
  ) {}

  /** Called about once a second. */
  tick(nowMs: number): void {
    const agoMs = nowMs - this.rememberedMs;
    if (agoMs >= REMEMBER_MS || (agoMs >= MOVED_MS && this.hasMoved())) this.rememberDifficulty(nowMs);
  }

  /** Of the owner and of workers with a share, not of every name that logged in: names cost nothing, and notes of them would push out those of miners at work. */
  rememberDifficulty(nowMs: number): void {
    const { history, difficultySetting, owner, workers, userAgent } = this.session;
    const { proven } = difficultySetting;
    if (history.own === 0 || proven === null) return;
    this.rememberedMs = nowMs;
    this.remembered = proven.value;
    const { sink, board } = this.floor;
    const atMs = proven.atMs + board.wallAheadMs;
    for (const worker of workers.values()) {
      if (worker === owner || worker.bestSession > 0)
        sink.remember(worker.row, proven.value, atMs, userAgent);
    }
  }

  private hasMoved(): boolean {
    const { proven } = this.session.difficultySetting;
    if (proven === null) return false;
    return proven.value > MOVED * this.remembered || proven.value * MOVED < this.remembered;
  }

  /** The connection is gone. */
  keepSession(nowMs: number): void {
    const { pasts, allowances } = this.floor;
    const { owner, allowance } = this.session;
    if (owner !== null) {
      const { leaves } = allowanceKeys(nameKey(owner), addressKey(this.ip), this.isNew);
      allowances.keep(allowance.outgrown, leaves, nowMs);
    }
    const { past, isPastLent, foundNothing } = this.session;
    const left = this.session.end(nowMs);
    // Anybody may log in under a name.
    if (past !== null && isPastLent && foundNothing) {
      pasts.giveBack(past, left, nowMs);
      if (left !== null) pasts.keepUnnamed(left);
    } else if (left !== null) pasts.keep(left);
  }
}
