/**
 * When one miner of Stratum V1 is sent a job: with new work, at another difficulty, for its wish as often as it may have
 * one of its own for that, and before it would take the pool for dead. Without work that is a ping.
 */
import { jobWords } from '../agent/agent-words.js';
import type { Session } from '../session/session.js';
import { WishBudget } from '../session/wish-budget.js';
import { ping, setDifficulty, setVersionMask } from '../v1/messages.js';
import type { Floor } from './floor.js';
import type { MinerNotes } from './miner-notes.js';
import type { MinerReport } from './miner-report.js';
import { SilenceBound } from './silence-bound.js';
import type { Wire } from './wire.js';

export class V1Work {
  private readonly wishes: WishBudget;
  /** A wished-for job is still to be sent. */
  private wished = false;
  private readonly silence: SilenceBound;

  constructor(
    private readonly session: Session,
    private readonly report: MinerReport,
    private readonly notes: MinerNotes,
    private readonly floor: Floor,
    private readonly wire: Wire,
  ) {
    this.wishes = new WishBudget(session.connectedMs);
    this.silence = new SilenceBound(floor.limits.renotifyMs);
  }

  /** The current work as a new job. Nothing happens for a miner that cannot take one, or without work. */
  send(): void {
    const work = this.floor.board.current;
    if (work === null || !this.session.ready || this.wire.ended) return;
    const nowMs = this.floor.timers.nowMs();
    const assignment = this.session.assign(work, nowMs);
    if (assignment.mask !== null) this.wire.send(setVersionMask(assignment.mask));
    if (assignment.announce !== null) {
      this.wire.send(setDifficulty(assignment.announce));
      if (this.report.difficulty(assignment.announce, nowMs)) this.notes.rememberDifficulty(nowMs);
    }
    this.wire.send(jobWords(this.session.agent, assignment));
    this.wished = false;
    this.silence.worked(nowMs, this.session.extranonce1[3]!);
  }

  /** The miner wished for another difficulty: its job goes out now, or as soon as it may. */
  sendWished(): void {
    if (this.wishes.spend(this.floor.timers.nowMs(), this.session.agent?.size ?? 0)) this.send();
    else this.wished = true;
  }

  /** The job of a wish that had to wait, if it may go out now. */
  sendLate(): void {
    if (this.wished) this.sendWished();
  }

  /** Called about once a second, for a session that is ready. */
  tick(nowMs: number): void {
    if (!this.session.tick(nowMs) && !this.silence.isReached(nowMs)) return;
    if (this.floor.board.current !== null) this.send();
    else if (this.silence.wantsPing(nowMs)) {
      this.wire.send(ping());
      this.silence.spoke(nowMs, this.session.extranonce1[3]!);
    }
  }
}
