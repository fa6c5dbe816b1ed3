/**
 * The Stratum door of one process: miners' sockets on the servers it is given, work in, shares out. Decisions are
 * made in `session/` and `v1/`; how a socket comes in is its reception's; here it is put together, and told what all
 * miners are to hear.
 */
import { randomBytes } from 'node:crypto';
import type { Server, Socket } from 'node:net';
import { Door } from '../guard/door.js';
import { FairQueue } from '../guard/fair-queue.js';
import type { DoorReport, NodeStanding } from '../guard/guard-news.js';
import { MemoryMeter } from '../guard/memory-meter.js';
import { MemoryPrice } from '../guard/memory-price.js';
import { Turnstile } from '../guard/turnstile.js';
import { type StraySolution, strayBlock } from '../session/given-jobs.js';
import type { HashIndex } from '../session/hash-index.js';
import { LeftAllowances } from '../session/outgrown-allowance.js';
import { PastSessions } from '../session/past-sessions.js';
import type { ShareProof } from '../session/proof.js';
import type { FixedRule } from '../session/session-rules.js';
import { type Work, WorkBoard } from '../session/work-board.js';
import type { DropReason } from '../stratum-metrics.js';
import { Entrance } from '../transport/entrance.js';
import type { PortKind } from '../transport/peer.js';
import { ProxyComplaints } from '../transport/proxy-complaints.js';
import { Broadcast } from './broadcast.js';
import type { Connection } from './connection.js';
import { Connections } from './connections.js';
import type { Floor } from './floor.js';
import { inPieces } from './in-pieces.js';
import type { ListenerDeps, ListenerStats } from './listener-deps.js';
import type { ListenerOptions } from './listener-options.js';
import { ProofDesk, type ProofVerdict } from './proof-desk.js';
import { Reception } from './reception.js';
import { ShareDesk } from './share-desk.js';
import { ShareReport } from './share-report.js';
import { wantDifficulties } from './want-difficulties.js';

const SECRET_BYTES = 16;
/** What is kept of those who are gone, of what those who are here may take. */
const PAST_PART = 1 / 4;
const TICK_MS = 1_000;
/** How often those who wait are looked at. */
const TURN_MS = 250;
/** Connections that are told of the end, or hung up on, before the event loop goes round: about 3 ms. */
const CLOSE_CHUNK = 100;
/** How long `close` waits for the disk, then for the miners to hang up. */
const COMMIT_MS = 5_000;
const HANG_UP_MS = 1_000;

export class Listener {
  private readonly connections: Connections;
  private readonly reception: Reception;
  private readonly board: WorkBoard;
  private readonly shares: ShareReport;
  private readonly desk: ShareDesk;
  private readonly floor: Floor;
  private readonly proofs: ProofDesk;
  private readonly door: Door;
  private readonly memory: MemoryMeter;
  private readonly broadcast = new Broadcast<Connection>();
  private readonly stopTicking: () => void;

  /** Throws `ListenerError` when a share at the lowest difficulty would be worth less than the network's least. */
  constructor(
    options: ListenerOptions,
    private readonly deps: ListenerDeps,
  ) {
    wantDifficulties(options);
    const { sink, blocks, events, metrics, timers, logger, transport } = deps;
    const { limits } = options;
    const proxies = new ProxyComplaints(logger, timers);
    this.board = new WorkBoard(limits.jobLifeMs, 'the pool is starting');
    this.lookAtClock();
    this.shares = new ShareReport(sink, events, metrics, timers);
    this.desk = new ShareDesk(sink, blocks, this.shares, timers, logger);
    this.door = new Door(limits, options.guard, options.startDifficulty);
    this.memory = new MemoryMeter(options.guard.memoryBytes, limits.memoryCutPart, new MemoryPrice(options));
    this.floor = {
      board: this.board,
      pasts: new PastSessions(
        randomBytes(SECRET_BYTES),
        limits.jobLifeMs,
        PAST_PART * options.guard.memoryBytes,
      ),
      allowances: new LeftAllowances(),
      sink,
      desk: this.desk,
      shares: this.shares,
      metrics,
      door: this.door,
      proxies,
      turnstile: new Turnstile(nextRound, preciseMs),
      queue: new FairQueue(nextRound, preciseMs),
      memory: this.memory,
      shed: () => this.shed(),
      dropped: (reason) => this.dropped(reason),
      limits,
      timers,
      logger,
    };
    this.proofs = new ProofDesk(options, this.floor);
    const connections = new Connections(options, deps, this.floor, () => this.reception.lookForRoom());
    const entrance = new Entrance({ ...limits, ...transport }, proxies, logger, timers);
    this.connections = connections;
    this.reception = new Reception(options, this.door, entrance, timers, {
      get connections() {
        return connections.size;
      },
      accept: (socket, peer, visit) => connections.accept(socket, peer, visit),
      dropped: (reason) => this.dropped(reason),
      turns: (hasWorked) => (hasWorked ? this.floor.queue : this.floor.turnstile),
    });
    const ticking = [
      timers.every(TICK_MS, () => this.tick()),
      timers.every(TURN_MS, () => this.door.serve(timers.nowMs())),
    ];
    this.stopTicking = () => {
      for (const cancel of ticking) cancel();
    };
  }

  /** Told when there is no room for another connection, and when there is again. */
  set onRoom(told: (hasRoom: boolean) => void) {
    this.reception.onRoom = told;
  }

  /** Takes the server's connections from now on; opening and closing it is the caller's. */
  attach(server: Server, port: PortKind = 'ordinary'): void {
    server.on('connection', (socket: Socket) => this.reception.receive(socket, port));
  }

  /** Whether shares on this previous block are remembered; where not, `setWork` is given those of the log. */
  knowsTip(prevHash: Uint8Array): boolean {
    return this.board.knows(prevHash, this.deps.timers.nowMs());
  }

  /** `seen`: shares that counted on a tip this listener does not know, before a restart perhaps; from `indexHashes`. */
  setWork(work: Work, seen?: HashIndex): void {
    const nowMs = this.deps.timers.nowMs();
    this.lookAtClock();
    const startedMs = performance.now();
    this.board.set(work, nowMs, seen);
    this.broadcast.start(
      this.connections,
      nowMs,
      (connection) => connection.sendWork(),
      (miners) => this.deps.metrics?.workSent(miners, performance.now() - startedMs),
    );
  }

  /** The same work with another coinbase: miners hear of it with their next notify, each in its own time. */
  renewWork(work: Work): void {
    this.board.set(work, this.deps.timers.nowMs());
  }

  /** `reason`: for the miners' owners, who are told. `isForGood`: nobody may log in any more. */
  setNoWork(reason: string, isForGood = false): void {
    const nowMs = this.deps.timers.nowMs();
    const news = this.board.current !== null || this.board.reason !== reason;
    this.board.clear(reason, nowMs);
    this.board.isClosed = isForGood;
    if (!news) return;
    const tell = (connection: Connection): void => connection.tell(`No work: ${reason}`);
    this.broadcast.start(this.connections, nowMs, tell, () => {});
  }

  /** What another listener was sent for a job that may be of this one: a block is handed on and stored. */
  tryStray(stray: StraySolution): void {
    const block = strayBlock(stray, this.board.live(this.deps.timers.nowMs()));
    if (block !== null) this.desk.stray(block);
  }

  /** From now on no share of this round or an earlier one counts; those already judged go on to the log. */
  closeRound(round: bigint): void {
    if (round >= this.board.openRound) this.board.openRound = round + 1n;
  }

  /** What vardiff steers every miner to from now on; difficulties follow in their own time. */
  setShareInterval(shareIntervalMs: number, fixed: FixedRule): void {
    this.connections.setShareInterval(shareIntervalMs, fixed);
  }

  /** A share with its full proof, for work of this listener; resolves once it is on disk or refused. */
  submitProof(proof: ShareProof): Promise<ProofVerdict> {
    return this.proofs.submit(proof);
  }

  /** What the door has to tell the coordinator since it was last asked. */
  guardReport(): DoorReport {
    return this.door.takeReport(this.memory.total, this.reception.isFull, this.deps.timers.nowMs());
  }

  /** How addresses stand on the whole node. */
  setStanding(standing: NodeStanding): void {
    this.door.learn(standing, this.deps.timers.nowMs());
    this.reception.lookForRoom();
  }

  /** Rows of the share log that shares still to come may name, without any being asked for again. */
  rowsInUse(): { readonly workers: number[]; readonly signatures: number[] } {
    const { workers, signatures } = this.connections.rowsInUse();
    for (const row of this.floor.pasts.signatureRows()) signatures.add(row);
    return { workers, signatures: [...signatures] };
  }

  /** How many mine is told a second late where there are thousands. */
  stats(): ListenerStats {
    return {
      ...this.connections.stats(),
      shares: { ...this.shares.counts },
      blocks: this.shares.blocks,
      unacknowledged: this.desk.pending,
      height: this.board.current?.template.height ?? null,
    };
  }

  /** Answers what was submitted, tells the miners, hangs up. Resolves when all sockets are gone. */
  async close(reason: string): Promise<void> {
    this.stopTicking();
    this.broadcast.abort();
    this.reception.close();
    // New ones are refused by now; those that are left may still go, and are passed over then.
    await inPieces(this.connections, CLOSE_CHUNK, (connection) => {
      connection.stopReading();
      connection.tell(reason);
    });
    await this.atMost(COMMIT_MS, this.desk.idle());
    const empty = this.connections.empty();
    await inPieces(this.connections, CLOSE_CHUNK, (connection) => connection.end());
    await this.atMost(HANG_UP_MS, empty);
    await inPieces(this.connections, CLOSE_CHUNK, (connection) => connection.destroy());
  }

  private dropped(reason: DropReason): void {
    this.deps.metrics?.dropped(reason);
    this.door.dropped(reason);
  }

  private shed(): void {
    const those = this.memory.toShed(this.connections, this.deps.timers.nowMs());
    for (const connection of those) connection.drop('memory');
  }

  /** The system's may have been set. */
  private lookAtClock(): void {
    const { timers } = this.deps;
    this.board.wallAheadMs = timers.wallMs() - timers.nowMs();
  }

  private tick(): void {
    this.lookAtClock();
    this.connections.tick();
    this.reception.tick();
  }

  private async atMost(limitMs: number, done: Promise<void>): Promise<void> {
    let cancel = (): void => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.deps.timers.after(limitMs, resolve);
    });
    await Promise.race([done, late]);
    cancel();
  }
}

function preciseMs(): number {
  return performance.now();
}

function nextRound(callback: () => void): void {
  setImmediate(callback);
}
