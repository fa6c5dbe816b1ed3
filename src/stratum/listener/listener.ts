/**
 * The Stratum door of one process: miners' sockets on the servers it is given, work in, shares out. Decisions are
 * made in `session/` and `v1/`; here are the sockets, the timers and the order of effects.
 */
import { randomBytes } from 'node:crypto';
import type { Server, Socket } from 'node:net';
import { errorMessage } from '../../lib/index.js';
import { addressKey } from '../guard/address-key.js';
import { Door, type Visit } from '../guard/door.js';
import type { DoorReport, NodeStanding } from '../guard/guard-news.js';
import { MemoryMeter } from '../guard/memory-meter.js';
import { Room } from '../guard/room.js';
import { Turnstile } from '../guard/turnstile.js';
import { PastSessions } from '../session/past-sessions.js';
import type { ShareProof } from '../session/proof.js';
import { Session } from '../session/session.js';
import type { FixedRule, SessionRules } from '../session/session-rules.js';
import { type Work, WorkBoard } from '../session/work-board.js';
import type { DropReason } from '../stratum-metrics.js';
import { Entrance } from '../transport/entrance.js';
import type { Peer, PortKind } from '../transport/peer.js';
import { ProxyComplaints } from '../transport/proxy-complaints.js';
import { Broadcast } from './broadcast.js';
import { Connection } from './connection.js';
import type { Floor } from './floor.js';
import type { ListenerDeps, ListenerStats } from './listener-deps.js';
import type { ListenerOptions } from './listener-options.js';
import { Lobby } from './lobby.js';
import { MinerReport } from './miner-report.js';
import { ProofDesk, type ProofVerdict } from './proof-desk.js';
import { ShareDesk } from './share-desk.js';
import { ShareReport } from './share-report.js';
import { wantDifficulties } from './want-difficulties.js';

const SECRET_BYTES = 16;
const TICK_MS = 1_000;
/** Connections looked after before the event loop goes round: about 2 ms. */
const TICK_CHUNK = 1_000;
const KEEP_ALIVE_MS = 60_000;
/** How long `close` waits for the disk, then for the miners to hang up. */
const COMMIT_MS = 5_000;
const HANG_UP_MS = 1_000;

export class Listener {
  private readonly connections = new Set<Connection>();
  private readonly board: WorkBoard;
  private readonly shares: ShareReport;
  private readonly desk: ShareDesk;
  private readonly floor: Floor;
  private readonly proofs: ProofDesk;
  private readonly door: Door;
  private readonly entrance: Entrance;
  private readonly lobby = new Lobby();
  private readonly memory: MemoryMeter;
  private readonly room: Room;
  private readonly broadcast = new Broadcast();
  private readonly stopTicking: () => void;
  private readonly unlimited: ReadonlySet<string>;
  private rules: SessionRules;
  private closing = false;
  /** Some connections still wait for this second's look at them. */
  private ticking = false;
  private onEmpty: (() => void) | null = null;
  /** Told when there is no room for another connection, and when there is again. */
  onRoom: (hasRoom: boolean) => void = () => {};

  /** Throws `ListenerError` when a share at the lowest difficulty would be worth less than the network's least. */
  constructor(
    private readonly options: ListenerOptions,
    private readonly deps: ListenerDeps,
  ) {
    wantDifficulties(options);
    const { sink, blocks, events, metrics, timers, logger, transport } = deps;
    const { limits } = options;
    this.rules = { ...options, fixed: 'holds' };
    this.unlimited = new Set(options.guard.unlimited.map(addressKey));
    const proxies = new ProxyComplaints(logger, timers);
    this.board = new WorkBoard(limits.jobLifeMs, 'the pool is starting');
    this.shares = new ShareReport(sink, events, metrics, timers);
    this.desk = new ShareDesk(sink, blocks, this.shares, timers, logger);
    this.door = new Door(limits, options.guard, options.startDifficulty);
    this.memory = new MemoryMeter(options.guard.memoryBytes, limits.memoryCutPart);
    this.room = new Room(options.maxConnections);
    this.floor = {
      board: this.board,
      pasts: new PastSessions(randomBytes(SECRET_BYTES), limits.jobLifeMs),
      sink,
      desk: this.desk,
      shares: this.shares,
      metrics,
      door: this.door,
      proxies,
      turnstile: new Turnstile((callback) => void setImmediate(callback)),
      memory: this.memory,
      shed: () => this.shed(),
      dropped: (reason) => this.dropped(reason),
      limits,
      timers,
      logger,
    };
    this.proofs = new ProofDesk(options, this.floor);
    this.entrance = new Entrance({ ...limits, ...transport }, proxies, logger, timers);
    this.stopTicking = timers.every(TICK_MS, () => this.tick());
  }

  /** Takes the server's connections from now on; opening and closing it is the caller's. */
  attach(server: Server, port: PortKind = 'ordinary'): void {
    server.on('connection', (socket: Socket) => this.receive(socket, port));
  }

  /** Whether shares on this previous block are remembered; where not, `setWork` is given those of the log. */
  knowsTip(prevHash: Uint8Array): boolean {
    return this.board.knows(prevHash, this.deps.timers.nowMs());
  }

  /** `counted`: hashes of shares that counted on a tip this listener does not know, before a restart perhaps. */
  setWork(work: Work, counted: Iterable<Uint8Array> = []): void {
    const nowMs = this.deps.timers.nowMs();
    const startedMs = performance.now();
    this.board.set(work, nowMs, counted);
    this.broadcast.start(
      this.connections,
      nowMs,
      (connection) => connection.sendWork(),
      (miners) => this.deps.metrics?.workSent(miners, performance.now() - startedMs),
    );
  }

  /** `reason`: for the miners' owners, who are told. `isForGood`: nobody may log in any more. */
  setNoWork(reason: string, isForGood = false): void {
    const news = this.board.current !== null || this.board.reason !== reason;
    this.broadcast.abort();
    this.board.clear(reason, this.deps.timers.nowMs());
    this.board.isClosed = isForGood;
    if (!news) return;
    for (const connection of this.connections) connection.tell(`No work: ${reason}`);
  }

  /** From now on no share of this round or an earlier one counts; those already judged go on to the log. */
  closeRound(round: bigint): void {
    if (round >= this.board.openRound) this.board.openRound = round + 1n;
  }

  /** What vardiff steers every miner to from now on; difficulties follow in their own time. */
  setShareInterval(shareIntervalMs: number, fixed: FixedRule): void {
    const nowMs = this.deps.timers.nowMs();
    this.rules = { ...this.rules, shareIntervalMs, fixed };
    for (const { session, ip } of this.connections) {
      const rule = this.isUnlimited(ip) ? 'holds' : fixed;
      session.difficultySetting.setShareInterval(shareIntervalMs, rule, nowMs);
    }
  }

  /** A share with its full proof, for work of this listener; resolves once it is on disk or refused. */
  submitProof(proof: ShareProof): Promise<ProofVerdict> {
    return this.proofs.submit(proof);
  }

  /** What the door has to tell the coordinator since it was last asked. */
  guardReport(): DoorReport {
    return this.door.takeReport(this.memory.total, this.room.full, this.deps.timers.nowMs());
  }

  /** How addresses stand on the whole node. */
  setStanding(standing: NodeStanding): void {
    this.door.learn(standing, this.deps.timers.nowMs());
    this.lookForRoom();
  }

  /** Rows of the share log that shares still to come may name, without any being asked for again. */
  rowsInUse(): { readonly workers: number[]; readonly signatures: number[] } {
    const workers: number[] = [];
    const signatures = new Set(this.floor.pasts.signatureRows());
    for (const { session } of this.connections) {
      for (const { row } of session.workers.values()) workers.push(row);
      for (const row of session.signatureRows()) signatures.add(row);
    }
    return { workers, signatures: [...signatures] };
  }

  /** Goes through all connections. */
  stats(): ListenerStats {
    const nowMs = this.deps.timers.nowMs();
    let miners = 0;
    let sharing = 0;
    let rollingMiners = 0;
    for (const { session } of this.connections) {
      if (!session.ready) continue;
      miners++;
      if (session.isSharing(nowMs)) sharing++;
      if (session.versionMask !== 0) rollingMiners++;
    }
    return {
      connections: this.connections.size,
      miners,
      sharing,
      rollingMiners,
      shares: { ...this.shares.counts },
      blocks: this.shares.blocks,
      unacknowledged: this.desk.pending,
      height: this.board.current?.template.height ?? null,
    };
  }

  /** Answers what was submitted, tells the miners, hangs up. Resolves when all sockets are gone. */
  async close(reason: string): Promise<void> {
    this.closing = true;
    this.stopTicking();
    this.broadcast.abort();
    this.entrance.close();
    this.lobby.close();
    for (const connection of this.connections) {
      connection.stopReading();
      connection.tell(reason);
    }
    await this.atMost(COMMIT_MS, this.desk.idle());
    const empty = this.empty();
    for (const connection of this.connections) connection.end();
    await this.atMost(HANG_UP_MS, empty);
    for (const connection of this.connections) connection.destroy();
  }

  private receive(socket: Socket, port: PortKind): void {
    // An error that nobody listens to would end the process.
    socket.on('error', () => {});
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    const isFull = this.taken >= this.options.maxConnections && !this.door.canMakeRoom;
    if (this.closing || isFull) {
      this.dropped('full');
      socket.destroy();
      return;
    }
    let visit: Visit | null = null;
    const leave = (): void => visit?.left();
    this.entrance.receive(socket, port, {
      mayEnter: ({ ip }) => {
        const entered = this.door.enter(ip, this.deps.timers.nowMs());
        if (typeof entered !== 'string') {
          visit = entered;
          visit.occupiedBy({
            ready: false,
            yieldPlace: () => {
              this.dropped('yielded');
              socket.destroy();
            },
          });
          socket.once('close', leave);
          return true;
        }
        this.dropped(entered);
        // A closed connection stays in the kernel for another minute, and of these there may be many.
        socket.resetAndDestroy();
        return false;
      },
      admitted: (stream, peer) => {
        this.lobby.receive(
          stream,
          visit!,
          () => this.deps.timers.nowMs(),
          () => {
            socket.off('close', leave);
            this.accept(stream, peer, visit!);
          },
        );
      },
      refused: (reason) => {
        this.dropped(reason);
        visit?.faulted();
      },
    });
    this.lookForRoom();
  }

  private accept(socket: Socket, peer: Peer, visit: Visit): void {
    const { extranonce1, highPort } = this.options;
    const nowMs = this.deps.timers.nowMs();
    let counter: number;
    try {
      counter = extranonce1.allocate();
    } catch (error) {
      this.deps.logger.error(
        { error: errorMessage(error) },
        'no extranonce for a new miner, which is sent away',
      );
      visit.left();
      socket.destroy();
      return;
    }
    const rules: SessionRules = this.isUnlimited(peer.ip) ? { ...this.rules, fixed: 'holds' } : this.rules;
    const session = new Session(
      peer.port === 'high' ? { ...rules, ...highPort } : rules,
      this.board,
      Uint8Array.of(extranonce1.prefix, counter >>> 16, counter >>> 8, counter),
      nowMs,
    );
    const report = new MinerReport(session, this.deps.events, this.deps.metrics);
    const connection = new Connection(socket, session, report, this.floor, visit, peer.ip, () =>
      this.forget(connection),
    );
    this.connections.add(connection);
    this.deps.metrics?.connections(this.connections.size);
  }

  private isUnlimited(ip: string): boolean {
    return this.unlimited.size > 0 && this.unlimited.has(addressKey(ip));
  }

  private dropped(reason: DropReason): void {
    this.deps.metrics?.dropped(reason);
    this.door.dropped(reason);
  }

  private shed(): void {
    for (const connection of this.memory.toShed(this.connections)) connection.drop('memory');
  }

  /** Places, those of connections included that have not yet shown what they are, or said a word. */
  private get taken(): number {
    return this.connections.size + this.entrance.size + this.lobby.size;
  }

  private lookForRoom(): void {
    // On a full node the port stays open where a stranger can yield: whoever comes may have more to show.
    const { hasRoom: onNode, canMakeRoom } = this.door;
    const hasRoom = canMakeRoom ? this.room.look(0, true) : this.room.look(this.taken, onNode);
    if (hasRoom !== null) this.onRoom(hasRoom);
  }

  private forget(connection: Connection): void {
    this.connections.delete(connection);
    this.deps.metrics?.connections(this.connections.size);
    this.lookForRoom();
    if (this.connections.size === 0) this.onEmpty?.();
  }

  private tick(): void {
    if (!this.ticking) this.tickSome(this.connections.values());
    const { loginMs, crowdedLoginMs } = this.options.limits;
    const nowMs = this.deps.timers.nowMs();
    this.lobby.tick(nowMs, this.door.crowded ? crowdedLoginMs : loginMs, () => this.dropped('idle'));
    this.lookForRoom();
  }

  private tickSome(rest: Iterator<Connection>): void {
    const nowMs = this.deps.timers.nowMs();
    for (let left = TICK_CHUNK; left > 0; left--) {
      const { value, done } = rest.next();
      this.ticking = done !== true;
      if (done === true) return;
      value.tick(nowMs);
    }
    setImmediate(() => this.tickSome(rest));
  }

  private empty(): Promise<void> {
    return new Promise((resolve) => {
      if (this.connections.size === 0) resolve();
      else this.onEmpty = resolve;
    });
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
