/** A listener process at work: miners' sockets on the shared ports, and one shard of the share log. */
import { openSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { network } from '../bitcoin/index.js';
import { EventBus, type EventName, type EventSubscription } from '../events/index.js';
import { errorMessage, type Logger, OnceAMinute, shareHasher } from '../lib/index.js';
import { Metrics } from '../metrics/index.js';
import { ShareShard } from '../shares/index.js';
import {
  DEFAULT_LIMITS,
  Listener,
  type NodeStanding,
  type PortKind,
  type ProofVerdict,
  type ShareProof,
  type StraySolution,
  type TlsContext,
  TrustedProxies,
} from '../stratum/index.js';
import { BlockNotes } from './block-notes.js';
import { createLogger, type LogStream } from './create-logger.js';
import { Extranonce1Counter } from './extranonce1-counter.js';
import { tell, tellSurely } from './listener-channel.js';
import { ListenerWork } from './listener-work.js';
import { NotingSink } from './noting-sink.js';
import type {
  ListenerAssignment,
  NoWorkMessage,
  ShareIntervalMessage,
  WorkMessage,
} from './process-messages.js';
import { SharedPort } from './shared-port.js';
import { steadyTimers, systemTimers } from './system-timers.js';
import type { WorkerNotes } from './worker-notes.js';

const REPORT_MS = 1_000;
/** Short of what a miner notices, and few messages. */
const EXCHANGE_MS = 250;
const EVENT_BATCH = 500;
const EVENT_BACKLOG = 20_000;
/** For miners to read why they are left. */
const GOODBYE_MS = 1_000;

/** Lines are few and short: written at once, so that none is lost with the process. */
function logStream(file: string | null): LogStream {
  if (file === null) return process.stdout;
  const descriptor = openSync(file, 'a');
  return { write: (line) => writeSync(descriptor, line) };
}

export class ListenerProcess {
  private readonly work: ListenerWork;
  private readonly carried: EventSubscription;
  private serves = false;

  private constructor(
    private readonly assignment: ListenerAssignment,
    private readonly logger: Logger,
    private readonly shard: ShareShard,
    private readonly listener: Listener,
    private readonly ports: readonly SharedPort[],
    private readonly bus: EventBus,
    private readonly stopReporting: () => void,
    private readonly report: () => Promise<void>,
  ) {
    this.work = new ListenerWork(assignment, shard, listener, logger, systemTimers);
    this.carried = bus.subscribe({ capacity: EVENT_BACKLOG, events: [] });
  }

  /** `notes`: of workers, as the coordinator tells them; like `tls` it may be filled meanwhile. */
  static async start(
    assignment: ListenerAssignment,
    notes: WorkerNotes,
    tls: TlsContext,
  ): Promise<ListenerProcess> {
    const role = `listener-${assignment.index}`;
    const logger = createLogger({ ...assignment.log, role }, logStream(assignment.logFile));
    const steady = steadyTimers(assignment.clockOriginMs);
    const shard = await ShareShard.open(
      {
        path: assignment.shardPath,
        retentionMs: assignment.retentionMs,
        batchIntervalMs: 5,
        maxUnacknowledged: 50_000,
      },
      logger,
      steady,
    );
    let sayGoodbye = async (): Promise<void> => {};
    // Without its log a listener is of no use; the coordinator starts another in its place.
    void shard.died.then(async (error) => {
      logger.error({ error: error.message }, 'this listener ends');
      await Promise.race([sayGoodbye(), sleep(GOODBYE_MS)]);
      process.exit(1);
    });
    const unreserved = new OnceAMinute();
    const counter = await Extranonce1Counter.open(
      (count) => shard.reserveExtranonce1(count),
      (error) =>
        unreserved.say(systemTimers.nowMs(), (others) =>
          logger.error({ error: errorMessage(error), others }, 'no extranonces could be reserved'),
        ),
    );
    const metrics = new Metrics(role, steady);
    metrics.pool.hashesBy(role, shareHasher.name);
    const bus = new EventBus(
      { source: `listener-${assignment.index}`, node: assignment.node },
      systemTimers,
      metrics.events,
    );
    const notedBlocks = new BlockNotes(assignment.notesFolder, logger);
    const listener = new Listener(
      {
        network: network(assignment.network),
        mode: assignment.mode,
        startDifficulty: assignment.startDifficulty,
        minDifficulty: assignment.minDifficulty,
        maxDifficulty: assignment.maxDifficulty,
        shareIntervalMs: assignment.shareIntervalMs,
        versionMask: assignment.versionMask,
        maxConnections: assignment.maxConnections,
        extranonce1: { prefix: assignment.index, allocate: () => counter.allocate() },
        guard: assignment.guard,
        highPort: assignment.high,
        limits: { ...DEFAULT_LIMITS, ...assignment.patience },
      },
      {
        logger,
        timers: steady,
        sink: new NotingSink(
          shard,
          notes,
          (changed) => tell({ kind: 'notes', notes: changed }),
          systemTimers,
        ),
        blocks: {
          found: (candidate) => {
            tell({ kind: 'block', candidate });
            notedBlocks.note(candidate);
          },
          elsewhere: (stray) => tell({ kind: 'stray', stray }),
        },
        events: bus,
        metrics: metrics.stratum,
        transport: {
          trusted: new TrustedProxies(assignment.trustedProxies),
          tls: () => tls.current,
        },
      },
    );
    sayGoodbye = () => listener.close('the share log of this listener has failed: connect again');
    shard.sweepBeside(() => listener.rowsInUse());
    const { host, high } = assignment;
    const openPort = (kind: PortKind, port: number, setting: string): SharedPort => {
      const server = createServer();
      listener.attach(server, kind);
      return new SharedPort(server, { host, port, setting }, logger, systemTimers);
    };
    const sharedPorts = [openPort('ordinary', assignment.port, '--stratum-port')];
    if (high !== null) sharedPorts.push(openPort('high', high.port, '--set stratum.highPort=…'));
    const [port, highPort] = await Promise.all(sharedPorts.map((each) => each.open()));
    let hasRoom = true;
    // While this shard cannot be written no miner could log in here: its siblings take them.
    const settlePorts = (): void => {
      for (const each of sharedPorts) each.accept(hasRoom && shard.fault === null);
    };
    listener.onRoom = (room) => {
      hasRoom = room;
      settlePorts();
    };
    shard.watchFault(settlePorts);
    settlePorts();
    let stats = listener.stats();
    metrics.pool.connectedMiners.from(() => stats.miners);
    metrics.pool.asicboostMiners.from(() => stats.rollingMiners);
    metrics.pool.unacknowledgedShares.from(() => shard.unacknowledged);
    metrics.events.queueDepth.from(() => bus.depth);
    const report = async (): Promise<void> => {
      stats = listener.stats();
      const { connections, miners, sharing, height, shares } = stats;
      await tellSurely({
        kind: 'report',
        report: {
          connections,
          miners,
          sharing,
          height,
          shares,
          storageFault: shard.fault,
          storageWaitMs: shard.waitMs,
          metrics: await metrics.snapshot(),
        },
      });
    };
    const reporting = [
      systemTimers.every(REPORT_MS, () => void report()),
      systemTimers.every(EXCHANGE_MS, () => tell({ kind: 'door', report: listener.guardReport() })),
    ];
    const stopReporting = (): void => {
      for (const cancel of reporting) cancel();
    };
    const running = new ListenerProcess(
      assignment,
      logger,
      shard,
      listener,
      sharedPorts,
      bus,
      stopReporting,
      report,
    );
    void running.forwardEvents();
    tell({ kind: 'ready', port: port!, highPort: highPort ?? null });
    void report();
    return running;
  }

  private async forwardEvents(): Promise<void> {
    for (;;) {
      const events = await this.carried.next(EVENT_BATCH);
      if (events.length === 0) return;
      tell({ kind: 'events', events });
      // Gathers what comes meanwhile, so that a busy listener sends a few large messages.
      await sleep(20);
    }
  }

  /** That miners find work here, or none any more, is told at once and not with the second's report. */
  async apply(message: WorkMessage | NoWorkMessage): Promise<void> {
    await this.work.apply(message);
    const serves = message.kind === 'work';
    if (serves === this.serves) return;
    this.serves = serves;
    await this.report();
  }

  carry(events: readonly EventName[]): void {
    this.bus.retune(this.carried, events);
  }

  /** Resolves when no share of the round is on its way to the log any more. */
  async closeRound(round: bigint): Promise<void> {
    this.listener.closeRound(round);
    let lastBatch: number | null = null;
    try {
      lastBatch = await this.shard.barrier();
    } catch (error) {
      this.logger.error({ round, error: errorMessage(error) }, 'a round could not be closed');
    }
    const shard = basename(this.assignment.shardPath, '.sqlite');
    tell({ kind: 'round-closed', round, shard, lastBatch });
  }

  setStanding(standing: NodeStanding): void {
    this.listener.setStanding(standing);
  }

  setShareInterval({ shareIntervalMs, fixed }: ShareIntervalMessage): void {
    this.listener.setShareInterval(shareIntervalMs, fixed);
  }

  /** Ends the process when the shard is damaged, in what a start looks at. */
  readBack(): Promise<void> {
    return this.shard.readBack();
  }

  tryStray(stray: StraySolution): void {
    this.listener.tryStray(stray);
  }

  submitProof(proof: ShareProof): Promise<ProofVerdict> {
    return this.listener.submitProof(proof);
  }

  async stop(reason: string): Promise<void> {
    this.listener.onRoom = () => {};
    this.shard.watchFault(() => {});
    this.work.stop();
    for (const port of this.ports) port.close();
    await this.listener.close(reason);
    this.stopReporting();
    // Every share is counted by now: the coordinator is to have all of them, in events and in figures.
    while (this.carried.depth > 0) await sleep(5);
    this.bus.close();
    await this.shard.close();
    await this.report();
  }
}
