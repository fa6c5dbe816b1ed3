/**
 * One miner's socket: bytes in, lines to the dialogue, lines out. Lines are worked off in order: those after an
 * `authorize` wait until the share log has answered, and after a few dozen the others get their turn. Everything
 * sent within one turn of the event loop is one write. A miner that shuts its own side down is still given the
 * answers it is owed.
 */
import type { Socket } from 'node:net';
import { errorMessage } from '../../lib/index.js';
import type { Session } from '../session/session.js';
import type { DropReason } from '../stratum-metrics.js';
import type { Floor } from './floor.js';
import { LineReader } from './line-reader.js';
import type { MinerReport } from './miner-report.js';
import { V1Dialogue } from './v1-dialogue.js';

const LINES_PER_TURN = 32;
/** How long a miner that has shut its side down may take to hang up altogether. */
const HALF_CLOSED_MS = 10_000;

export class Connection {
  readonly ip: string;
  ended = false;
  private readonly reader = new LineReader();
  private readonly dialogue: V1Dialogue;
  private outgoing = '';
  private waiting = false;
  /** Every whole line that came has been worked off. */
  private drained = true;
  /** When the miner shut its side down. */
  private finishedMs: number | null = null;

  /** `onClosed` is called once, when the socket is gone. */
  constructor(
    private readonly socket: Socket,
    readonly session: Session,
    report: MinerReport,
    private readonly floor: Floor,
    onClosed: () => void,
  ) {
    this.ip = socket.remoteAddress ?? '';
    this.dialogue = new V1Dialogue(session, report, floor, this);
    // Or Node would shut our side down together with the miner's, before the disk has spoken.
    socket.allowHalfOpen = true;
    socket.on('data', (chunk: Buffer) => this.onData(chunk));
    socket.on('end', () => {
      this.finishedMs = this.floor.timers.nowMs();
      this.settled();
    });
    socket.on('error', (error) => this.onSocketError(error));
    socket.on('close', () => {
      this.ended = true;
      this.dialogue.end(this.floor.timers.nowMs());
      onClosed();
    });
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
    if (finishedMs !== null) {
      if (nowMs - finishedMs > HALF_CLOSED_MS) this.destroy();
    } else if (!session.ready && nowMs - session.connectedMs > floor.limits.loginMs) this.drop('idle');
    else this.dialogue.tick(nowMs);
  }

  /** For the dialogue. */
  send(line: string): void {
    if (this.outgoing === '') queueMicrotask(() => this.flush());
    this.outgoing += line;
  }

  /** A miner that asks nothing more and is owed nothing more is let go. */
  settled(): void {
    if (this.finishedMs !== null && !this.ended && this.drained && this.dialogue.owed === 0) this.end();
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
    this.drained = false;
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
        if (line === null) {
          this.drained = true;
          this.settled();
          return;
        }
        const done = line === '' ? null : this.dialogue.hear(line);
        if (done !== null) {
          this.wait();
          void done.finally(() => this.proceed());
        }
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

  private flush(): void {
    const lines = this.outgoing;
    this.outgoing = '';
    if (lines === '' || !this.socket.writable) return;
    this.socket.write(lines, 'latin1');
    if (this.socket.writableLength > this.floor.limits.backlogBytes) this.drop('slow-reader');
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
