/**
 * One miner's socket: lines in, effects carried out, lines out. Lines are worked off in order: those after an
 * `authorize` wait until the share log has answered, and after a few dozen the others get their turn. Everything
 * sent within one turn of the event loop is one write. Nothing unasked is sent before subscribe's answer.
 */
import type { Socket } from 'node:net';
import { errorMessage, toHex, weekOf } from '../../lib/index.js';
import type { Identity } from '../session/identity.js';
import type { Session } from '../session/session.js';
import type { DropReason } from '../stratum-metrics.js';
import type { Effect } from '../v1/effect.js';
import { answer, refusal, setDifficulty, showMessage } from '../v1/messages.js';
import { callMethod } from '../v1/methods.js';
import { notify } from '../v1/notify.js';
import { parseRequest, type Request } from '../v1/request.js';
import { errorOfRefusal, OTHER, type StratumError, stratumError } from '../v1/stratum-error.js';
import type { Floor } from './floor.js';
import { LineReader } from './line-reader.js';
import type { MinerReport } from './miner-report.js';
import type { Settlement } from './settlement.js';

const LINES_PER_TURN = 32;

export class Connection {
  private readonly reader = new LineReader();
  private readonly clientId: string;
  private readonly ip: string;
  private outgoing = '';
  private waiting = false;
  private ended = false;
  private renotifyAtMs = Number.POSITIVE_INFINITY;

  /** `onClosed` is called once, when the socket is gone. */
  constructor(
    private readonly socket: Socket,
    readonly session: Session,
    private readonly report: MinerReport,
    private readonly floor: Floor,
    onClosed: () => void,
  ) {
    this.clientId = toHex(session.extranonce1);
    this.ip = socket.remoteAddress ?? '';
    socket.on('data', (chunk: Buffer) => this.onData(chunk));
    socket.on('error', (error) => this.onSocketError(error));
    socket.on('close', () => {
      this.ended = true;
      this.rememberDifficulty();
      this.report.disconnected(this.floor.timers.nowMs());
      onClosed();
    });
  }

  /** The current work as a new job. Nothing happens for a miner that cannot take one, or without work. */
  sendWork(): void {
    const work = this.floor.board.current;
    if (work === null || !this.session.ready || this.ended) return;
    const nowMs = this.floor.timers.nowMs();
    const assignment = this.session.assign(work, nowMs);
    if (assignment.announce !== null) {
      this.send(setDifficulty(assignment.announce));
      if (this.report.difficulty(assignment.announce, nowMs)) this.rememberDifficulty();
    }
    this.send(notify(assignment));
    // Connections are spread over the last sixth, so that not all are due at once after each new work.
    const spread = ((this.session.extranonce1[3]! % 64) / 64) * (this.floor.limits.renotifyMs / 6);
    this.renotifyAtMs = nowMs + this.floor.limits.renotifyMs - spread;
  }

  /** Words for the miner's owner; only to a miner that has been answered before. */
  tell(text: string): void {
    if (this.session.subscribed) this.send(showMessage(text));
  }

  /** Called about once a second. */
  tick(nowMs: number): void {
    if (!this.session.ready) {
      if (nowMs - this.session.connectedMs > this.floor.limits.loginMs) this.drop('idle');
    } else if (this.session.tick(nowMs) || nowMs >= this.renotifyAtMs) this.sendWork();
  }

  /** Reads nothing more; answers on their way still go out. */
  stopReading(): void {
    this.ended = true;
    this.socket.pause();
  }

  /** Sends what is left and closes. */
  end(): void {
    this.ended = true;
    this.flush();
    this.socket.end();
    // A paused socket never sees the other side's end.
    this.socket.resume();
  }

  destroy(): void {
    this.ended = true;
    this.socket.destroy();
  }

  private onData(chunk: Buffer): void {
    if (this.ended) return;
    this.reader.push(chunk);
    if (!this.waiting) this.work();
  }

  private work(): void {
    for (let lines = 0; !this.waiting && !this.ended; lines++) {
      if (lines === LINES_PER_TURN) {
        this.wait();
        setImmediate(() => this.proceed());
        return;
      }
      const { limits } = this.floor;
      const loggedIn = this.session.workers.size > 0;
      try {
        const line = this.reader.next(loggedIn ? limits.lineBytes : limits.lineBytesBeforeLogin);
        if (line === null) return;
        if (line !== '') this.onLine(line);
      } catch (error) {
        this.onBadLine(error);
      }
    }
  }

  private wait(): void {
    this.waiting = true;
    this.socket.pause();
  }

  private proceed(): void {
    this.waiting = false;
    if (this.ended) return;
    this.socket.resume();
    this.work();
  }

  private onLine(line: string): void {
    const request = parseRequest(line);
    if (request === null) return;
    this.perform(callMethod(this.session, request, this.floor.timers.nowMs()), request);
  }

  private perform(effect: Effect, request: Request): void {
    switch (effect.kind) {
      case 'answer':
        this.send(answer(request.id, effect.result));
        if (effect.thenWork) this.startWork();
        return;
      case 'refuse':
        this.refuse(request, effect.error);
        return;
      case 'log-in':
        this.wait();
        void this.logIn(request, effect.username, effect.identity).finally(() => this.proceed());
        return;
      case 'refuse-share':
        this.refuse(request, effect.error);
        this.floor.shares.unjudged(effect.worker, effect.outcome, this.floor.board.round);
        return;
      case 'share': {
        const { judgement, worker } = effect;
        const origin = { worker, clientId: this.clientId, ip: this.ip };
        this.floor.desk.settle(judgement, origin, (settlement) => this.answerShare(request, settlement));
        this.report.judged(judgement, worker);
        if (judgement.difficultyMoved) this.sendWork();
      }
    }
  }

  private answerShare(request: Request, settlement: Settlement): void {
    switch (settlement.kind) {
      case 'refused':
        this.refuse(request, errorOfRefusal(settlement.refusal, this.floor.board.reason));
        return;
      case 'not-stored':
        this.refuse(request, stratumError(OTHER, `The share was not stored: ${settlement.reason}`));
        return;
      default:
        this.send(answer(request.id, 'true'));
    }
  }

  private async logIn(request: Request, username: string, identity: Identity): Promise<void> {
    const { sink, timers, logger } = this.floor;
    try {
      const miner = await sink.miner(identity.payout);
      const memory = await sink.worker(miner, identity.worker);
      if (this.ended) return;
      const first = this.session.workers.size === 0;
      const { worker: row, bestWeek, bestEver } = memory;
      const week = weekOf(timers.nowMs());
      const worker = { identity, miner, row, bestSession: 0, bestWeek, week, bestEver };
      this.session.logIn(username, worker, memory.difficulty, timers.nowMs());
      this.send(answer(request.id, 'true'));
      if (!first) return;
      this.report.connected(worker, this.ip, this.clientId);
      if (this.session.subscribed) this.startWork();
    } catch (error) {
      logger.warn({ client: this.clientId, error: errorMessage(error) }, 'a login failed');
      this.refuse(request, stratumError(OTHER, `Login failed, try again: ${errorMessage(error)}`));
    }
  }

  private startWork(): void {
    if (this.floor.board.current !== null) this.sendWork();
    else if (this.session.ready) this.tell(`No work: ${this.floor.board.reason}`);
  }

  private refuse(request: Request, error: StratumError): void {
    this.send(refusal(request.id, error));
  }

  private send(line: string): void {
    if (this.outgoing === '') queueMicrotask(() => this.flush());
    this.outgoing += line;
  }

  private flush(): void {
    const lines = this.outgoing;
    this.outgoing = '';
    if (lines === '' || !this.socket.writable) return;
    this.socket.write(lines);
    if (this.socket.writableLength > this.floor.limits.backlogBytes) this.drop('slow-reader');
  }

  private rememberDifficulty(): void {
    if (this.session.shares === 0) return;
    for (const { row } of this.session.workers.values()) {
      this.floor.sink.remember(row, this.session.difficulty);
    }
  }

  private onBadLine(error: unknown): void {
    const reason = (error as { code?: unknown }).code === 'LINE_TOO_LONG' ? 'oversize-line' : 'not-json';
    this.floor.logger.debug({ ip: this.ip, error: errorMessage(error) }, 'dropped for an unreadable line');
    this.drop(reason);
  }

  private onSocketError(error: Error): void {
    this.floor.metrics?.dropped('socket-error');
    this.floor.logger.debug({ ip: this.ip, error: error.message }, 'a miner’s socket failed');
  }

  private drop(reason: DropReason): void {
    this.floor.metrics?.dropped(reason);
    this.destroy();
  }
}
