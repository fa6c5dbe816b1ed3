/**
 * All that a dialogue works with, real but for its socket: sessions, judging, share desk, counts, on a hand-moved
 * clock. Lines go in and come out of `FuzzWire`; an honest miner sits beside each hostile one.
 */

import { Door } from '../../src/stratum/guard/door.js';
import { FairQueue } from '../../src/stratum/guard/fair-queue.js';
import { MemoryMeter } from '../../src/stratum/guard/memory-meter.js';
import { MemoryPrice } from '../../src/stratum/guard/memory-price.js';
import { Turnstile } from '../../src/stratum/guard/turnstile.js';
import type { BlockSink } from '../../src/stratum/index.js';
import type { Floor } from '../../src/stratum/listener/floor.js';
import { ShareDesk } from '../../src/stratum/listener/share-desk.js';
import { ShareReport } from '../../src/stratum/listener/share-report.js';
import { LeftAllowances } from '../../src/stratum/session/outgrown-allowance.js';
import { PastSessions } from '../../src/stratum/session/past-sessions.js';
import { Session } from '../../src/stratum/session/session.js';
import { WorkBoard } from '../../src/stratum/session/work-board.js';
import { ProxyComplaints } from '../../src/stratum/transport/proxy-complaints.js';
import { START_MS } from '../integration/stratum/sample-work.js';
import { silentLogger } from '../surroundings.js';
import { CountingTimers } from './counting-timers.js';
import { FuzzChain, GUARD, RULES } from './fuzz-rules.js';
import { FuzzSink } from './fuzz-sink.js';

export class FuzzFloor {
  readonly clock = new CountingTimers(START_MS);
  readonly sink = new FuzzSink();
  readonly floor: Floor;
  private readonly blocks: BlockSink = this.sink;
  private readonly chain = new FuzzChain();
  private extranonce = 0;

  constructor() {
    const { clock, sink, blocks } = this;
    const { limits } = RULES;
    const shares = new ShareReport(sink, sink, sink, clock);
    this.floor = {
      board: new WorkBoard(limits.jobLifeMs, 'the pool is starting'),
      pasts: new PastSessions(new Uint8Array(16).fill(5), limits.jobLifeMs, GUARD.memoryBytes),
      allowances: new LeftAllowances(),
      sink,
      desk: new ShareDesk(sink, blocks, shares, clock, silentLogger),
      shares,
      metrics: sink,
      door: new Door(limits, GUARD, RULES.startDifficulty),
      proxies: new ProxyComplaints(silentLogger, clock),
      turnstile: new Turnstile(
        (callback) => callback(),
        () => clock.nowMs(),
      ),
      queue: new FairQueue(
        (callback) => callback(),
        () => clock.nowMs(),
      ),
      memory: new MemoryMeter(GUARD.memoryBytes, limits.memoryCutPart, new MemoryPrice(RULES)),
      shed: () => {},
      dropped: (reason) => sink.dropped(reason),
      limits,
      timers: clock,
      logger: silentLogger,
    };
    this.setWork('block');
  }

  setWork(what: 'refresh' | 'block'): void {
    const nowMs = this.clock.nowMs();
    this.floor.board.set(this.chain.next(what, nowMs), nowMs);
  }

  newSession(): Session {
    const counter = this.extranonce++;
    const extranonce1 = Uint8Array.of(0xa5, counter >>> 16, counter >>> 8, counter);
    return new Session({ ...RULES, fixed: 'holds' }, this.floor.board, extranonce1, this.clock.nowMs());
  }
}
