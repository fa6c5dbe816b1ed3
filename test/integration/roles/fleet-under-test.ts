/** Real listener processes on one loopback port, with the coordinator's guard and work that is never mined out. */
import cluster from 'node:cluster';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventData, PoolEvent } from '../../../src/events/index.js';
import { Metrics } from '../../../src/metrics/index.js';
import { CommonState } from '../../../src/roles/common-state.js';
import { ListenerFleet } from '../../../src/roles/listener-fleet.js';
import { NodeGuard } from '../../../src/roles/node-guard.js';
import type { ListenerAssignment, ListenerReport } from '../../../src/roles/process-messages.js';
import type { WorkerNote } from '../../../src/roles/worker-notes.js';
import { openShards } from '../../../src/shares/index.js';
import {
  GUARD_LIMITS,
  type GuardOptions,
  type KeptProof,
  type ProofVerdict,
  type ShareProof,
  type TlsIdentity,
} from '../../../src/stratum/index.js';
import { clockOriginMs, KeptLog, steady } from '../../surroundings.js';
import { sampleWork } from '../stratum/sample-work.js';

export const NODE_GUARD: GuardOptions = {
  nodeConnections: 10_000,
  strangersPerAddress: 128,
  longestBanMs: 600_000,
  memoryBytes: 64 << 20,
  unlimited: [],
};

export interface FleetOptions {
  readonly listeners: number;
  /** Of each. */
  readonly maxConnections: number;
  readonly guard: GuardOptions;
  /** Of every share, or of the first where `maxDifficulty` is higher. */
  readonly difficulty?: number;
  readonly maxDifficulty?: number;
  readonly shareIntervalMs?: number;
  /** Whether `bests` is filled. */
  readonly wantsBests?: boolean;
  readonly patience?: Partial<ListenerAssignment['patience']>;
  /** What an earlier run knew of who proved work. */
  readonly proofs?: readonly KeptProof[];
  /** Default: the system's choice, which a fleet loses that closes its last port. */
  readonly port?: number;
  readonly high?: ListenerAssignment['high'];
  readonly tls?: TlsIdentity;
  readonly trustedProxies?: readonly string[];
}

/** About 430 hashes a share. */
const EASY = 1e-7;
const SHARE_INTERVAL_MS = 10_000;

export class FleetUnderTest {
  readonly log = new KeptLog();
  readonly metrics = new Metrics('coordinator', steady);
  /** Of any listener, at any time it was reported. */
  mostPendingBytes = 0;
  mostResidentBytes = 0;
  private static readonly running: FleetUnderTest[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'orcapool-fleet-'));
  private readonly fleet: ListenerFleet;
  private readonly guard: NodeGuard;
  private readonly shares = openShards(this.folder);
  private readonly common: CommonState;

  /** Of `miner_connected`, in their order. */
  readonly addresses: string[] = [];
  readonly bests: EventData['share_best_diff'][] = [];
  /** What listeners said of workers. */
  readonly notes: WorkerNote[] = [];

  private constructor(options: FleetOptions) {
    const { listeners, guard, proofs = [], tls = null, shareIntervalMs = SHARE_INTERVAL_MS } = options;
    const path = join(this.folder, 'proven-addresses.json');
    writeFileSync(path, JSON.stringify(proofs));
    const assignments = Array.from({ length: listeners }, (_, index) => this.assignment(index, options));
    this.guard = new NodeGuard(guard, path, this.metrics.stratum, this.log, steady);
    this.fleet = new ListenerFleet(
      assignments,
      {
        greeting: () => this.common.greeting(),
        onMessage: (life, message) => {
          if (message.kind === 'hello') this.guard.tellAll();
          else if (message.kind === 'door') {
            this.guard.report(life, message.report);
            this.mostPendingBytes = Math.max(this.mostPendingBytes, message.report.pendingBytes);
          } else if (message.kind === 'report') this.measure(life, message.report);
          else if (message.kind === 'events') this.note(message.events);
          else if (message.kind === 'notes') {
            this.notes.push(...message.notes);
            this.common.hear(life, message);
          }
        },
        onEnd: (life) => this.guard.ended(life),
      },
      this.log,
      steady,
    );
    const { fleet, shares } = this;
    const parts = { fleet, shares, tls, rounds: null };
    this.common = new CommonState(
      shareIntervalMs,
      parts,
      () => 0,
      () => Date.now(),
    );
  }

  static async open(options: FleetOptions): Promise<FleetUnderTest> {
    const fleet = new FleetUnderTest(options);
    FleetUnderTest.running.push(fleet);
    const { template, txids, binding } = sampleWork({ job: 1, tip: 1, startMs: Date.now() });
    fleet.fleet.setWork({ kind: 'work', template, txids, binding });
    fleet.guard.start(fleet.fleet);
    fleet.fleet.setWantedEvents([
      'miner_connected',
      ...(options.wantsBests ? ['share_best_diff' as const] : []),
    ]);
    await fleet.fleet.start();
    return fleet;
  }

  get port(): number {
    return this.fleet.port!;
  }

  get highPort(): number {
    return this.fleet.highPort!;
  }

  /** Of its listener processes, by their indexes at the start. */
  get pids(): number[] {
    return Object.values(cluster.workers ?? {}).map((worker) => worker!.process.pid!);
  }

  submitProof(proof: ShareProof): Promise<ProofVerdict> {
    return this.fleet.submitProof(proof);
  }

  /** One a listener; waits until each has been told at least once. */
  async reports(): Promise<readonly ListenerReport[]> {
    for (;;) {
      const reports = this.fleet.reports(5_000).filter((report) => report !== null);
      if (reports.length === this.fleet.reports(5_000).length) return reports;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** A counter by its label `reason`, summed over all processes. */
  async counted(name: string): Promise<Map<string, number>> {
    const found = (await this.metrics.text()).matchAll(
      new RegExp(`^${name}{reason="([^"]+)"} (\\d+)$`, 'gm'),
    );
    return new Map(Array.from(found, ([, reason, count]) => [reason!, Number(count)]));
  }

  /** After each test, so that one that fails leaves no process behind. */
  static async closeAll(): Promise<void> {
    await Promise.all(FleetUnderTest.running.splice(0).map((fleet) => fleet.close()));
  }

  private async close(): Promise<void> {
    await this.fleet.stop();
    this.guard.stop();
    this.metrics.close();
    this.shares.close();
    rmSync(this.folder, { recursive: true });
  }

  private note(events: readonly PoolEvent[]): void {
    for (const { event, data } of events) {
      if (event === 'miner_connected') this.addresses.push(data.ip);
      else if (event === 'share_best_diff') this.bests.push(data);
    }
  }

  private measure(life: string, { metrics }: ListenerReport): void {
    this.metrics.merge(life, metrics);
    const memory = metrics.find(({ name }) => name === 'orcapool_memory_bytes');
    for (const { value } of memory?.values ?? []) {
      this.mostResidentBytes = Math.max(this.mostResidentBytes, value);
    }
  }

  private assignment(
    index: number,
    {
      maxConnections,
      guard,
      difficulty = EASY,
      maxDifficulty = difficulty,
      shareIntervalMs = SHARE_INTERVAL_MS,
      patience,
      port,
      high,
      tls,
      trustedProxies,
    }: FleetOptions,
  ): ListenerAssignment {
    return {
      clockOriginMs,
      index,
      node: 'test',
      network: 'regtest',
      mode: 'pool',
      tag: 'test',
      host: '127.0.0.1',
      port: port ?? 0,
      startDifficulty: difficulty,
      minDifficulty: difficulty,
      maxDifficulty,
      shareIntervalMs,
      high: high ?? null,
      tls: tls?.pem ?? null,
      trustedProxies: trustedProxies ?? [],
      versionMask: 0,
      maxConnections,
      guard,
      patience: { ...GUARD_LIMITS, ...patience },
      notesFolder: join(this.folder, 'found-blocks'),
      shardPath: join(this.folder, `shard-${index}.sqlite`),
      retentionMs: 86_400_000,
      log: { level: 'warn', pretty: false },
      logFile: join(this.folder, 'log.txt'),
    };
  }
}
