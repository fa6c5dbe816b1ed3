/**
 * What one miner has sent, and when each line of it comes to the dialogue: in order, and those after an `authorize` only
 * when the share log has answered (but for a look whether one is a block). After a few dozen the others get their turn;
 * a connection without an accepted share takes turns with all others of its kind. Where too much waits, nothing more is
 * read from the socket.
 */
import type { Socket } from 'node:net';
import type { Waiting } from '../guard/turnstile.js';
import type { Session } from '../session/session.js';
import type { Floor } from './floor.js';
import { LineReader } from './line-reader.js';
import type { V1Dialogue } from './v1-dialogue.js';
import type { Wire } from './wire.js';

const LINES_PER_TURN = 32;
/** Bytes of a stranger's lines, or of lines behind a login, that may wait for their turn before it is not read from any more. */
const QUEUED_BYTES = 4096;
/** As many may wait behind a login of who has proved work: a proxy's thousand logins fill a few of these. */
const PROVEN_AHEAD_BYTES = 64 << 10;

/** What the lines ask of their connection. */
export interface LineHost extends Pick<Wire, 'ended' | 'guard' | 'settled'> {
  /** More or less waits than before. */
  account(): void;
  /** What came is no line of this protocol. */
  unreadable(error: unknown): void;
}

export class IncomingLines implements Waiting {
  /** Every whole line that came has been worked off. */
  drained = true;
  private readonly reader = new LineReader();
  private waiting = false;
  /** A line the budget has no room for before the next tick. */
  private unpaid: string | null = null;

  constructor(
    private readonly socket: Socket,
    private readonly session: Session,
    private readonly dialogue: V1Dialogue,
    private readonly floor: Floor,
    private readonly host: LineHost,
  ) {}

  /** Those that came and were not worked off yet. */
  get heldBytes(): number {
    return this.reader.pendingBytes + (this.unpaid?.length ?? 0);
  }

  take(chunk: Buffer): void {
    this.reader.push(chunk);
    this.drained = false;
    this.host.guard.heard(this.floor.timers.nowMs());
    if (!this.waiting) this.work();
    else if (this.dialogue.isLoggingIn) this.lookAhead();
    this.host.account();
  }

  /** The budget may have room again. */
  retry(): void {
    if (this.unpaid !== null) this.proceed();
  }

  /** Works off at most `lines`; true when there are more to work off now. */
  workOff(lines: number): boolean {
    for (let left = lines; !this.waiting && !this.host.ended; left--) {
      if (left === 0) return true;
      try {
        const line = this.unpaid ?? this.nextLine();
        if (line === null) {
          this.caughtUp();
          break;
        }
        this.hear(line);
      } catch (error) {
        this.host.unreadable(error);
      }
    }
    this.host.account();
    return false;
  }

  private work(): void {
    const { guard } = this.host;
    if (!guard.proven) {
      if (this.reader.pendingBytes > QUEUED_BYTES) {
        guard.runsAhead(this.floor.timers.nowMs());
        this.socket.pause();
      }
      this.floor.turnstile.add(this);
    } else if (this.workOff(LINES_PER_TURN)) {
      this.wait();
      setImmediate(() => this.proceed());
    }
  }

  private caughtUp(): void {
    this.drained = true;
    this.host.guard.caughtUp();
    if (this.socket.isPaused()) this.socket.resume();
    this.host.settled();
  }

  private nextLine(): string | null {
    const { session } = this;
    const { lineBytes, lineBytesBeforeLogin } = this.floor.limits;
    if (session.workers.size === 0) return this.reader.next(lineBytesBeforeLogin, false);
    return this.reader.next(lineBytes, session.agent !== null);
  }

  private hear(line: string): void {
    if (!this.host.guard.admitLine(this.floor.timers.nowMs(), line.length)) {
      this.unpaid = line;
      this.wait();
      return;
    }
    this.unpaid = null;
    const done = isBlank(line) ? null : this.dialogue.hear(line);
    if (done === null) return;
    // Read on meanwhile: on a slow disk a login takes seconds, and a block behind it none.
    this.waiting = true;
    this.lookAhead();
    void done.finally(() => this.proceed());
  }

  private lookAhead(): void {
    const bytes = this.host.guard.proven ? PROVEN_AHEAD_BYTES : QUEUED_BYTES;
    for (const line of this.reader.ahead(bytes)) this.dialogue.lookAhead(line);
    if (this.reader.pendingBytes > bytes) this.socket.pause();
  }

  private wait(): void {
    this.waiting = true;
    this.socket.pause();
  }

  private proceed(): void {
    this.waiting = false;
    if (this.host.ended) return;
    if (this.unpaid === null) this.socket.resume();
    this.work();
  }
}

/** Some send them to keep a line open. */
function isBlank(line: string): boolean {
  return line === '' || (line.charCodeAt(0) <= 0x20 && line.trim() === '');
}
