/**
 * One miner's side of Stratum V1 on one connection: lines in, effects carried out, lines out. It decides nothing (the
 * methods in `v1/` do, on the session) and moves no bytes (the connection does); another protocol's dialogue would
 * stand here beside it, on the same session. Nothing unasked is said before subscribe's answer.
 */
import { errorMessage, toHex } from '../../lib/index.js';
import { answerWords, refusalWords } from '../agent/agent-words.js';
import { FRAME_BYTE } from '../agent/frame.js';
import { frameRequest } from '../agent/frame-request.js';
import type { PasswordComplaint } from '../session/password-options.js';
import type { Session } from '../session/session.js';
import type { Effect } from '../v1/effect.js';
import { heardVersion } from '../v1/get-version.js';
import { getVersion, reconnect, showMessage } from '../v1/messages.js';
import { callMethod } from '../v1/methods.js';
import { parseMessage, type Request } from '../v1/request.js';
import { errorOfRefusal, OTHER, type StratumError, stratumError, UNAUTHORIZED } from '../v1/stratum-error.js';
import { subscription } from '../v1/subscribe.js';
import type { Floor } from './floor.js';
import { lookAhead } from './look-ahead.js';
import { MinerNotes } from './miner-notes.js';
import type { MinerReport } from './miner-report.js';
import type { Settlement } from './settlement.js';
import { type LogIn, logIn } from './v1-login.js';
import { V1Work } from './v1-work.js';
import type { Wire } from './wire.js';

export class V1Dialogue {
  /** Shares whose answer waits for the disk. */
  owed = 0;
  /** A login waits for the share log. */
  isLoggingIn = false;
  private readonly notes: MinerNotes;
  private readonly work: V1Work;
  /** About the password, for the owner's eyes once there is something to send them with. */
  private complaints: readonly PasswordComplaint[] = [];

  constructor(
    private readonly session: Session,
    private readonly report: MinerReport,
    private readonly floor: Floor,
    private readonly wire: Wire,
  ) {
    this.notes = new MinerNotes(session, floor, wire.ip);
    this.work = new V1Work(session, report, this.notes, floor, wire);
  }

  /**
   * `line`: or a farm agent's frame, which came at `cameMs`. Later ones wait for the promise, where there is one. Throws
   * `RequestError` on what is no JSON object.
   */
  hear(line: string, cameMs: number): Promise<void> | null {
    this.session.cameMs = cameMs;
    if (line.charCodeAt(0) === FRAME_BYTE) return this.hearFrame(line);
    const message = parseMessage(line);
    if (message.kind === 'request') {
      return this.perform(callMethod(this.session, message, this.floor.timers.nowMs()), message);
    }
    heardVersion(this.session, message);
    return null;
  }

  /** A line whose turn the share log holds up. */
  lookAhead(line: string): void {
    lookAhead(line, this.session, this.floor, this.wire.guard.proven);
  }

  /** The current work as a new job. Nothing happens for a miner that cannot take one, or without work. */
  sendWork(): void {
    this.work.send();
  }

  /** Words for the miner's owner; only to a miner that has been answered before. */
  tell(text: string): void {
    if (this.session.subscribed) this.wire.send(showMessage(text));
  }

  /** Called about once a second. */
  tick(nowMs: number): void {
    if (!this.session.ready) return;
    this.say(this.session.agent?.tellNewcomers() ?? '');
    this.work.sendLate();
    this.notes.tick(nowMs);
    this.work.tick(nowMs);
  }

  /** The connection is gone. */
  end(nowMs: number): void {
    this.notes.rememberDifficulty(nowMs);
    this.report.disconnected(nowMs);
    this.notes.keepSession(nowMs);
  }

  private hearFrame(frame: string): Promise<void> | null {
    const { session, wire } = this;
    const nowMs = this.floor.timers.nowMs();
    const request = session.agent === null ? null : frameRequest(session.agent, session.crew, frame, nowMs);
    if (request !== null) return this.perform(callMethod(session, request, nowMs), request);
    wire.guard.slightLine(nowMs);
    return null;
  }

  private get clientId(): string {
    return toHex(this.session.extranonce1);
  }

  private perform(effect: Effect, request: Request): Promise<void> | null {
    switch (effect.kind) {
      case 'nothing':
        if (effect.thenWork) this.work.sendWished();
        return null;
      case 'answer':
        this.answer(request, effect.result);
        if (effect.thenWork) this.work.sendWished();
        return null;
      case 'refuse':
        this.refuse(request, effect.error);
        return null;
      case 'subscribe':
        this.subscribe(request, effect.resume);
        return null;
      case 'log-in':
        if (!this.floor.board.isClosed) {
          this.wire.guard.newName();
          return this.logIn(request, effect);
        }
        this.refuse(request, stratumError(UNAUTHORIZED, `No work here: ${this.floor.board.reason}`));
        return null;
      case 'refuse-share':
        if (effect.block !== null) this.floor.desk.stray(effect.block);
        if (effect.elsewhere !== null) this.floor.desk.elsewhere(effect.elsewhere, this.wire.guard.proven);
        this.refuse(request, effect.error);
        this.floor.shares.unjudged(effect.reason, this.floor.board.round, {
          worker: effect.worker,
          clientId: this.clientId,
          ip: this.wire.ip,
          difficulty: this.session.difficulty,
        });
        this.rejected(false);
        return null;
      case 'logged-in':
        this.wire.guard.slightLine(this.floor.timers.nowMs());
        this.answer(request, 'true');
        return null;
      case 'share': {
        const { judgement, worker } = effect;
        const origin = { worker, clientId: this.clientId, ip: this.wire.ip };
        this.owed++;
        if (judgement.kind !== 'rejected') this.wire.guard.goodShare();
        this.floor.desk.settle(judgement, origin, (settlement) => {
          if (settlement.kind === 'accepted') this.wire.proved(judgement.issued.difficulty);
          this.answerShare(request, settlement);
        });
        this.report.judged(judgement, worker);
        if (judgement.kind === 'rejected') this.rejected(judgement.isOvertaken);
        if (judgement.difficultyMoved) this.sendWork();
        return null;
      }
    }
  }

  private subscribe(request: Request, resume: string | null): void {
    const { session, floor } = this;
    const past = resume === null ? null : floor.pasts.take(resume, floor.timers.nowMs());
    if (past !== null) session.resume(past, false);
    const first = !session.subscribed;
    session.subscribed = true;
    this.answer(request, subscription(session, floor.pasts.idOf(session.extranonce1)));
    if (first) this.startWork();
  }

  private answerShare(request: Request, settlement: Settlement): void {
    this.owed--;
    switch (settlement.kind) {
      case 'refused':
        this.refuse(request, errorOfRefusal(settlement.refusal, this.floor.board.reason));
        break;
      case 'not-stored':
        this.refuse(request, stratumError(OTHER, `The share was not stored: ${settlement.reason}`));
        break;
      default:
        this.answer(request, 'true');
    }
    if (this.owed === 0) this.wire.settled();
  }

  private async logIn(request: Request, wanted: LogIn): Promise<void> {
    const { session, floor, wire } = this;
    this.isLoggingIn = true;
    try {
      const loggedIn = await logIn(session, floor, wire, wanted);
      if (loggedIn === null) return;
      this.answer(request, 'true');
      const { first, worker } = loggedIn;
      if (first === null) return;
      this.notes.isNew = first.isNew;
      this.complaints = first.complaints;
      this.report.connected(worker, wire.ip, this.clientId);
      if (session.subscribed) this.startWork();
    } catch (error) {
      floor.logger.warn({ client: this.clientId, error: errorMessage(error) }, 'a login failed');
      this.refuse(request, stratumError(OTHER, `Login failed, try again: ${errorMessage(error)}`));
    } finally {
      this.isLoggingIn = false;
    }
  }

  /** Called once, when the miner has subscribed and logged in. */
  private startWork(): void {
    if (!this.session.ready) return;
    if (this.floor.board.current !== null) this.sendWork();
    else this.tell(`No work: ${this.floor.board.reason}`);
    for (const { message } of this.complaints) this.tell(message);
    if (this.session.userAgent === '') this.wire.send(getVersion());
  }

  /** A share was refused, which is not the miner's fault while there is no work to be right about. */
  private rejected(isOvertaken: boolean): void {
    const { wire, floor } = this;
    if (wire.ended) return;
    if (floor.board.current === null) {
      wire.guard.vainShare();
      return;
    }
    const nowMs = floor.timers.nowMs();
    const step = isOvertaken ? wire.guard.lateShare(nowMs) : wire.guard.refusedShare(nowMs);
    if (step === 'resend') this.sendWork();
    else if (step === 'reconnect') wire.send(reconnect());
    else if (step === 'drop') wire.drop('reject-loop');
  }

  private answer({ id }: Request, result: string): void {
    this.say(answerWords(this.session.agent, id, result));
  }

  private refuse({ id }: Request, error: StratumError): void {
    this.say(refusalWords(this.session.agent, id, error));
  }

  private say(words: string): void {
    if (words !== '') this.wire.send(words);
  }
}
