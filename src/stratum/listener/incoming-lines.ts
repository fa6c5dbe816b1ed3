/**
 * What one miner has sent, and when each line of it comes to the dialogue: in order, and those after an `authorize`, or
 * after more shares than it may have on their way to a busy disk, only when the share log has answered (but for a look
 * whether one is a block). It takes turns with all others of its kind, with or without an accepted share. Where too much
 * waits, nothing more is read from the socket.
 */
import type { Socket } from 'node:net';
import { LONG_BYTES, type TimeDebt } from '../guard/time-debt.js';
import type { NextLine, Waiting } from '../guard/waiting-rows.js';
import type { Session } from '../session/session.js';
import { type BeforeTls, beforeTls } from '../transport/unread.js';
import type { Floor } from './floor.js';
import { isSpelledLikeShare, LineReader, type Pending } from './line-reader.js';
import type { V1Dialogue } from './v1-dialogue.js';
import type { Wire } from './wire.js';

/** Bytes of a stranger's lines that may wait for their turn, or behind its login, before it is not read from any more. */
const QUEUED_BYTES = 4096;
/** As many may of who has proved work: a proxy's thousand logins fill a few of these, its shares of some seconds one. */
const PROVEN_AHEAD_BYTES = 64 << 10;
/** A farm agent's; a line of Stratum has more. */
const SHORTEST_SHARE_BYTES = 15;

/**
 * Why the next line waits, whoever's turn it is: the log has not answered a login, the budget has no room for the line
 * before the next tick, or too many of its shares wait for the disk.
 */
type Hold = 'login' | 'budget' | 'disk';

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
  private readonly beforeTls: BeforeTls | null;
  private hold: Hold | null = null;
  /** It came in too many pieces: what comes next gathers until the next tick. */
  private isGathering = false;
  /** The line that the budget has had no room for. */
  private unpaid: string | null = null;
  /** When it came. */
  private unpaidMs = 0;

  constructor(
    private readonly socket: Socket,
    private readonly session: Session,
    private readonly dialogue: V1Dialogue,
    private readonly floor: Floor,
    private readonly host: LineHost,
  ) {
    this.beforeTls = beforeTls(socket);
  }

  get debt(): TimeDebt {
    return this.host.guard.debt;
  }

  get next(): NextLine {
    const { bytes, isShare } = this.pending;
    if (bytes > LONG_BYTES) return 'long';
    // Where nothing waits that is found at once.
    return isShare || bytes === 0 ? 'share' : 'other';
  }

  /** What is kept of those that came. */
  get heldBytes(): number {
    return this.reader.keptBytes + (this.unpaid?.length ?? 0);
  }

  take(chunk: Buffer): void {
    const nowMs = this.floor.timers.nowMs();
    this.reader.push(chunk, nowMs);
    this.drained = false;
    this.host.guard.heard(nowMs);
    this.isGathering = this.isPiece(chunk) && !this.host.guard.admitPiece(nowMs);
    this.work();
    this.host.account();
  }

  /** Called about once a second: the budget may have room again, and what has gathered is read. */
  retry(): void {
    this.isGathering = false;
    if (this.unpaid === null) this.readOn();
    else this.proceed();
  }

  /** None of its shares waits for the disk any more. */
  stored(): void {
    if (this.hold === 'disk') this.proceed();
  }

  /** Works off at most `lines`, or looks at them where the log holds them up; true when there are more. */
  workOff(lines: number): boolean {
    for (let left = lines; !this.host.ended; left--) {
      // Where nothing is left that is found at once: most lines come by themselves.
      if (left <= 0 && (this.reader.pendingBytes > 0 || this.unpaid !== null)) return true;
      try {
        if (this.hold !== null) {
          if (left > 0 && this.lookAhead(left)) return true;
          break;
        }
        if (!this.workOffNext()) break;
      } catch (error) {
        this.host.unreadable(error);
      }
    }
    this.host.account();
    return false;
  }

  private get pending(): Pending {
    const { hold, reader, unpaid } = this;
    if (hold === 'login' || hold === 'disk') return reader.pendingAhead(LONG_BYTES);
    if (unpaid === null) return reader.pending(LONG_BYTES);
    return { bytes: unpaid.length, isShare: isSpelledLikeShare(unpaid) };
  }

  /** A read that brought no end of a line, or less than a share. What comes over TLS was read in turns. */
  private isPiece(chunk: Buffer): boolean {
    return this.beforeTls === null && (chunk.length < SHORTEST_SHARE_BYTES || !this.reader.hasWhole);
  }

  /** It is to have its turn. */
  private work(): void {
    const { guard } = this.host;
    this.readOn();
    if (this.hold === 'budget') return;
    if (guard.proven) {
      this.floor.queue.add(this);
      return;
    }
    if (this.hold === null && this.socket.isPaused()) guard.runsAhead(this.floor.timers.nowMs());
    this.floor.turnstile.add(this);
  }

  /** False when there is no line. */
  private workOffNext(): boolean {
    if (!this.floor.desk.takesFrom(this.dialogue.owed)) {
      this.holdFor('disk');
      return true;
    }
    const line = this.unpaid ?? this.nextLine();
    if (line === null) this.caughtUp();
    else this.hear(line);
    return line !== null;
  }

  private caughtUp(): void {
    this.drained = true;
    this.host.guard.caughtUp();
    this.readOn();
    this.host.settled();
  }

  private nextLine(): string | null {
    const { session } = this;
    const { lineBytes, lineBytesBeforeLogin } = this.floor.limits;
    if (session.workers.size === 0) return this.reader.next(lineBytesBeforeLogin, false);
    return this.reader.next(lineBytes, session.agent !== null);
  }

  private hear(line: string): void {
    const cameMs = this.unpaid === null ? this.reader.cameMs : this.unpaidMs;
    if (!this.host.guard.admitLine(this.floor.timers.nowMs(), line.length, isSpelledLikeShare(line))) {
      this.unpaid = line;
      this.unpaidMs = cameMs;
      this.holdFor('budget');
      return;
    }
    this.unpaid = null;
    const done = isBlank(line) ? null : this.dialogue.hear(line, cameMs);
    if (this.beforeTls !== null && this.debt.isWorth) this.beforeTls.paidBytes += line.length;
    if (done === null) return;
    this.holdFor('login');
    void done.finally(() => this.proceed());
  }

  private holdFor(hold: Hold): void {
    this.hold = hold;
    this.reader.trim();
    this.readOn();
  }

  private lookAhead(lines: number): boolean {
    if (this.hold === 'budget') return false;
    const ahead = this.reader.ahead(this.aheadBytes, lines);
    for (const line of ahead) {
      this.host.guard.lookedAt(line.length, isSpelledLikeShare(line));
      this.dialogue.lookAhead(line);
    }
    return ahead.length === lines;
  }

  private get aheadBytes(): number {
    return this.host.guard.proven ? PROVEN_AHEAD_BYTES : QUEUED_BYTES;
  }

  /**
   * Reads from the socket or not. Behind the log it does: on a slow disk an answer takes seconds, and a block none. Where all
   * that waits is the beginning of a line it does, too, however long: the rest of it is yet to come, and the reader has the bound.
   */
  private readOn(): void {
    const { socket } = this;
    if (this.beforeTls !== null)
      this.beforeTls.waitingBytes = this.next === 'share' ? this.reader.pendingBytes : 0;
    const bytes = this.hold === null && !this.host.guard.proven ? QUEUED_BYTES : this.aheadBytes;
    if (this.isGathering || this.unpaid !== null || (!this.drained && this.reader.pendingBytes > bytes))
      socket.pause();
    else if (socket.isPaused()) socket.resume();
  }

  private proceed(): void {
    this.hold = null;
    if (!this.host.ended) this.work();
  }
}

/** Some send them to keep a line open. */
function isBlank(line: string): boolean {
  return line === '' || (line.charCodeAt(0) <= 0x20 && line.trim() === '');
}
