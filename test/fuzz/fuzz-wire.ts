/**
 * A connection without a socket: bytes through the real line reader into a real dialogue, and its words checked byte by
 * byte. It does with lines what `IncomingLines` does, but for turns and budgets, and lets nothing be caught that nobody
 * threw on purpose.
 */
import { errorCode } from '../../src/lib/index.js';
import { ConnectionGuard } from '../../src/stratum/guard/connection-guard.js';
import { LineReader } from '../../src/stratum/listener/line-reader.js';
import { MinerReport } from '../../src/stratum/listener/miner-report.js';
import { V1Dialogue } from '../../src/stratum/listener/v1-dialogue.js';
import type { Wire } from '../../src/stratum/listener/wire.js';
import type { Session } from '../../src/stratum/session/session.js';
import type { DropReason } from '../../src/stratum/stratum-metrics.js';
import { PoolWords } from '../dialogues/pool-words.js';
import { AnswersOwed } from './answers-owed.js';
import { check, type Finding, findingOf } from './finding.js';
import type { FuzzFloor } from './fuzz-floor.js';
import type { FuzzMiner } from './fuzz-miner.js';

export class FuzzWire implements Wire {
  ended = false;
  readonly ip = '127.2.0.1';
  readonly guard: ConnectionGuard;
  readonly owed = new AnswersOwed();
  readonly session: Session;
  readonly dialogue: V1Dialogue;
  /** What was found first; the pool's own code may have caught it. */
  fault: Finding | null = null;
  /** A line that is answered later holds back those after it. */
  waiting = false;
  private readonly reader = new LineReader();

  constructor(
    private readonly pool: FuzzFloor,
    readonly miner: FuzzMiner,
  ) {
    const { floor, clock } = pool;
    this.guard = new ConnectionGuard(floor.limits, clock.nowMs());
    this.session = pool.newSession();
    const report = new MinerReport(this.session, pool.sink, floor.metrics);
    this.dialogue = new V1Dialogue(this.session, report, floor, this);
  }

  /** One segment. */
  take(segment: Buffer): void {
    if (this.ended) return;
    this.reader.push(segment, this.pool.clock.nowMs());
    this.workOff();
  }

  send(words: string): void {
    // As the socket writes it: a character above 255 loses its upper half.
    const said = new PoolWords('latin1');
    this.noting(() => {
      for (const text of said.take(Buffer.from(words, 'latin1'))) this.miner.hear(this.owed.said(text));
      check(said.isAtEnd, 'answer', `no newline at the end of ${words}`);
    });
  }

  proved(): void {
    this.guard.proved(this.pool.clock.nowMs());
  }

  settled(): void {}

  drop(reason: DropReason): void {
    this.pool.sink.dropped(reason);
    this.ended = true;
  }

  /** The connection is gone. */
  end(): void {
    this.ended = true;
    this.dialogue.end(this.pool.clock.nowMs());
  }

  private workOff(): void {
    this.noting(() => {
      while (!this.waiting && !this.ended && this.fault === null) {
        const line = this.nextLine();
        if (line === null) return;
        if (line !== '') this.hear(line);
      }
    });
  }

  private noting(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.fault ??= findingOf(error);
    }
  }

  private nextLine(): string | null {
    const { lineBytes, lineBytesBeforeLogin } = this.pool.floor.limits;
    const isLoggedIn = this.session.workers.size > 0;
    const most = isLoggedIn ? lineBytes : lineBytesBeforeLogin;
    try {
      const line = this.reader.next(most, isLoggedIn && this.session.agent !== null);
      check(
        line === null || line.length <= most,
        'reading',
        `a line of ${line?.length} bytes, above ${most}`,
      );
      check(
        this.reader.pendingBytes <= most || line !== null,
        'leak',
        'an unfinished line above its cap is kept',
      );
      return line;
    } catch (error) {
      const code = errorCode(error);
      if (code !== 'LINE_TOO_LONG' && code !== 'LINE_BINARY') throw findingOf(error);
      this.drop('oversize-line');
      return null;
    }
  }

  private hear(line: string): void {
    const { owes } = this.owed.heard(line);
    let done: Promise<void> | null;
    try {
      done = this.dialogue.hear(line, this.reader.cameMs);
    } catch (error) {
      if (errorCode(error) !== 'REQUEST_NOT_JSON') throw findingOf(error);
      check(owes === 'end', 'reading', `the pool cannot read what is JSON: ${line.slice(0, 300)}`);
      this.drop('not-json');
      return;
    }
    check(owes !== 'end', 'reading', `the pool reads what is no JSON object: ${line.slice(0, 300)}`);
    if (done === null) return;
    this.waiting = true;
    void done.finally(() => {
      this.waiting = false;
      this.workOff();
    });
  }
}
