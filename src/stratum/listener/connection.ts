/**
 * One miner's socket: what comes is handed to its lines, and what its dialogue says is sent. Everything said within one
 * turn of the event loop is one write. It tells guard and door what they have to know, and the memory meter what waits
 * here. A miner that shuts its own side down is still given the answers it is owed.
 */
import type { Socket } from 'node:net';
import { errorMessage } from '../../lib/index.js';
import { ConnectionGuard } from '../guard/connection-guard.js';
import { isFault } from '../guard/fault.js';
import type { Holder } from '../guard/memory-meter.js';
import { type Holding, MINER_BYTES } from '../guard/memory-price.js';
import type { Visit } from '../guard/visit.js';
import type { Session } from '../session/session.js';
import type { DropReason } from '../stratum-metrics.js';
import { isProxyLine } from '../transport/proxy-header.js';
import { unreadBytes } from '../transport/unread.js';
import type { Floor } from './floor.js';
import { IncomingLines, type LineHost } from './incoming-lines.js';
import type { MinerReport } from './miner-report.js';
import { V1Dialogue } from './v1-dialogue.js';
import type { Wire } from './wire.js';

/** How long a miner that has shut its side down may take to hang up altogether. */
const HALF_CLOSED_MS = 10_000;

export class Connection implements Wire, LineHost, Holder {
  ended = false;
  readonly guard: ConnectionGuard;
  /** As the memory meter knows them; of these, bytes that wait here, in and out. */
  heldBytes = 0;
  private waitingBytes = 0;
  private readonly dialogue: V1Dialogue;
  private readonly lines: IncomingLines;
  private outgoing = '';
  /** When the miner shut its side down. */
  private finishedMs: number | null = null;

  /** `onClosed` is called once, when the socket is gone. */
  constructor(
    private readonly socket: Socket,
    readonly session: Session,
    report: MinerReport,
    private readonly floor: Floor,
    private readonly visit: Visit,
    readonly ip: string,
    onClosed: () => void,
  ) {
    this.guard = new ConnectionGuard(floor.limits, floor.timers.nowMs());
    this.dialogue = new V1Dialogue(session, report, floor, this);
    this.lines = new IncomingLines(socket, session, this.dialogue, floor, this);
    visit.occupiedBy(this);
    // Or Node would shut our side down together with the miner's, before the disk has spoken.
    socket.allowHalfOpen = true;
    socket.on('data', (chunk: Buffer) => {
      if (!this.ended) this.lines.take(chunk);
    });
    socket.on('end', () => {
      this.finishedMs = this.floor.timers.nowMs();
      // A farm's power fails all at once, and ten thousand goodbyes at once would be half a second of nothing else.
      this.floor.turnstile.add(this.lines);
    });
    socket.on('error', (error) => this.onSocketError(error));
    socket.on('close', () => {
      this.ended = true;
      this.hold(0);
      this.floor.turnstile.remove(this.lines);
      this.floor.queue.remove(this.lines);
      this.visit.left(this.floor.timers.nowMs());
      this.dialogue.end(this.floor.timers.nowMs());
      onClosed();
    });
  }

  /** For the door: it has done its part, also where the share log has yet to answer the login. */
  get ready(): boolean {
    return this.session.ready || (this.session.subscribed && this.dialogue.isLoggingIn);
  }

  /** For the door. */
  get floods(): boolean {
    return this.guard.floods(this.floor.timers.nowMs());
  }

  /** For the door: another needs the place more. */
  yieldPlace(): void {
    this.drop('yielded');
  }

  get isStranger(): boolean {
    return !this.guard.proven;
  }

  sendWork(): void {
    this.dialogue.sendWork();
  }

  tell(text: string): void {
    this.dialogue.tell(text);
  }

  /** Called about once a second. */
  tick(nowMs: number): void {
    const { session, floor, finishedMs } = this;
    if (finishedMs !== null && nowMs - finishedMs > HALF_CLOSED_MS) this.destroy();
    if (this.ended) return;
    const unreadBytes = this.socket.writableLength;
    const state = {
      ready: this.ready,
      crowded: floor.door.crowded,
      unreadBytes,
      difficulty: session.difficulty,
    };
    const overdue = finishedMs === null ? this.guard.overdue(state, nowMs) : null;
    if (overdue !== null) {
      this.drop(overdue);
      return;
    }
    this.dialogue.tick(nowMs);
    this.account();
    this.lines.retry();
  }

  /** For the dialogue. */
  send(line: string): void {
    if (this.outgoing === '') queueMicrotask(() => this.flush());
    this.outgoing += line;
  }

  /** For the dialogue. */
  proved(difficulty: number): void {
    const nowMs = this.floor.timers.nowMs();
    this.visit.worked(difficulty, nowMs);
    this.guard.proved(nowMs);
  }

  /** A miner that asks nothing more and is owed nothing more is let go. */
  settled(): void {
    this.lines.stored();
    if (this.finishedMs !== null && !this.ended && this.lines.drained && this.dialogue.owed === 0) this.end();
  }

  /** For its lines. */
  unreadable(error: unknown): void {
    this.floor.logger.debug({ ip: this.ip, error: errorMessage(error) }, 'dropped for an unreadable line');
    const { code, data } = error as { code?: unknown; data?: { start?: unknown } };
    if (code === 'LINE_TOO_LONG') this.drop('oversize-line');
    else if (!isProxyLine(String(data?.start))) this.drop('not-json');
    else {
      this.floor.proxies.untrusted(this.ip);
      this.drop('proxy-untrusted');
    }
  }

  /**
   * Tells the memory meter what waits here, and what the session keeps beyond the ordinary; when that is too much in all,
   * those go who have paid for it least.
   */
  account(): void {
    if (this.ended) return;
    const { socket, lines, outgoing } = this;
    const waiting = unreadBytes(socket) + lines.heldBytes + outgoing.length + socket.writableLength;
    const free = this.isStranger ? 0 : MINER_BYTES;
    this.waitingBytes = waiting;
    this.hold(waiting + Math.max(0, this.session.stateBytes - free));
    if (this.floor.memory.isOver) this.floor.shed();
  }

  /** For the memory meter. */
  holding(nowMs: number): Holding {
    const { session, guard, waitingBytes, heldBytes } = this;
    return {
      waitingBytes,
      backlogBytes: guard.backlogBytes,
      keptBytes: heldBytes - waitingBytes,
      work: session.history.rate.shownWork(nowMs),
      ageMs: nowMs - session.connectedMs,
    };
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
    this.hold(0);
    this.socket.destroy();
  }

  drop(reason: DropReason): void {
    if (this.ended) return;
    this.floor.dropped(reason);
    if (isFault(reason, this.ready, this.guard.proven)) this.visit.faulted();
    this.destroy();
  }

  private flush(): void {
    const lines = this.outgoing;
    this.outgoing = '';
    if (lines === '' || !this.socket.writable) return;
    this.socket.write(lines, 'latin1');
    if (this.socket.writableLength > this.guard.backlogBytes) this.drop('slow-reader');
    else this.account();
  }

  private hold(bytes: number): void {
    this.floor.memory.change(this.heldBytes, bytes);
    this.heldBytes = bytes;
  }

  private onSocketError(error: Error): void {
    this.floor.dropped('socket-error');
    this.floor.logger.debug({ ip: this.ip, error: error.message }, 'a miner’s socket failed');
  }
}
