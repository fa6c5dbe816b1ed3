/** How the node is, component by component: each line is measured when it is asked for, and says what to do. */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { damagedRecords } from '../claims/index.js';
import type { ComponentHealth, Health, HealthReader } from '../http/index.js';
import { errorMessage } from '../lib/index.js';
import type { FullMinute } from './guard-minute.js';
import type { ShardStanding } from './listener-fleet.js';
import type { NodeView } from './node-view.js';
import type { ListenerReport } from './process-messages.js';
import { unwrittenRecords } from './unwritten-records.js';

/** A coordinator that stands still this long sends work late. */
const LONGEST_STALL_MS = 1_000;
/** As the listener's log has it. */
const SLOW_DISK_MS = 1_000;

/**
 * A certificate that needs renewing and a node without another place keep no miner from working, so they are told where
 * nothing worse is. `full`: of the last minute; null where all who came found room.
 */
export function minerHealth(
  reports: readonly (Pick<ListenerReport, 'height'> | null)[],
  tlsFault: string | null,
  full: FullMinute | null,
): ComponentHealth {
  const working = reports.filter((report) => report !== null && report.height !== null).length;
  if (working < reports.length || working === 0) {
    return {
      ok: false,
      required: working === 0,
      detail: `${working} of ${reports.length} listeners serve work`,
      hint: 'if bitcoind is well this mends itself within seconds; the log says why a listener has no work',
    };
  }
  const faults: string[] = [];
  const hints: string[] = [];
  if (tlsFault !== null) {
    faults.push(`TLS: ${tlsFault}`);
    hints.push('put a certificate and its key in place; TLS goes on with the old one until then');
  }
  if (full !== null) {
    const { fullSeconds, turnedAway } = full;
    faults.push(
      `full: in the last minute the ports were closed for ${fullSeconds} s and ${turnedAway} were turned away`,
    );
    hints.push('those who mine go on; raise stratum.maxConnections, or run another node');
  }
  if (faults.length > 0)
    return { ok: false, required: false, detail: faults.join('; '), hint: hints.join('; ') };
  const detail = `${working} of ${reports.length} listeners serve work`;
  return { ok: true, required: false, detail, hint: null };
}

/** `shard`: its file's name without `.sqlite`. */
export function unreadShard(shard: string): string {
  return `${shard}.sqlite is damaged, and what cannot be read of it is missing in all figures`;
}

/** A slow disk loses nothing: it is told, and miners are sent nowhere else. */
function diskHealth(standings: readonly ShardStanding[]): ComponentHealth {
  const slow = standings.flatMap(({ waitMs }, listener) =>
    waitMs < SLOW_DISK_MS ? [] : `listener ${listener} waited up to ${(waitMs / 1000).toFixed(1)} s`,
  );
  if (slow.length === 0) {
    return { ok: true, required: true, detail: 'shares are stored as they come', hint: null };
  }
  return {
    ok: false,
    required: false,
    detail: `the disk is slow: in the last minute ${slow.join(', ')} for a write`,
    hint: 'no acknowledged share is lost, but answers, logins and new work are late: see what else uses the disk of the data directory',
  };
}

/** Nothing is lost yet, and its miners are not paid until then. */
function claimHealth(unclosed: readonly string[]): ComponentHealth {
  const hint =
    'its shares are claimed as soon as they can be read: docs/operations.md (A damaged shard) says what to do where rows are missing';
  return { ok: false, required: false, detail: unclosed.join('; '), hint };
}

function recordHealth(asides: readonly string[]): ComponentHealth {
  const hint =
    'docs/operations.md (A damaged record) says what becomes of it; remove it when it is of no use';
  return { ok: false, required: false, detail: asides.join('; '), hint };
}

const DISK_HINT =
  'see that the disk of the data directory has space and can be written to; it goes on by itself then';
const TEMPLATE_HINT =
  'put the file of its template back from a backup at once, into templates/ of the data directory: the block is tried again every five seconds, and is worth nothing once the chain has gone on without it';
const DAMAGE_HINT =
  'stop the node and recover the shard by docs/operations.md (A damaged shard); until then the other listeners go on';

/** Nothing can be collected once no listener stores shares, or no work can be stored for any of them (`workFaults`). */
export function shareHealth(
  standings: readonly ShardStanding[],
  workFaults: readonly string[],
  damaged: readonly string[],
  /** Records that were damaged and are set aside. */
  records: readonly string[],
  /** Rounds that cannot be closed, for people. */
  unclosed: readonly string[] = [],
): ComponentHealth {
  const faults = standings.flatMap(({ fault }, listener) =>
    fault === null ? [] : `listener ${listener}: ${fault}`,
  );
  faults.push(...damaged.map(unreadShard));
  const asides = records.map((record) => `${record} was set aside`);
  const storing = standings.some((standing) => standing.storing);
  if (storing && faults.length + workFaults.length === 0) {
    if (unclosed.length > 0) return claimHealth(unclosed);
    const disk = diskHealth(standings);
    return disk.ok && asides.length > 0 ? recordHealth(asides) : disk;
  }
  return {
    ok: false,
    required: !storing || workFaults.length > 0,
    detail: [...workFaults, ...faults, ...unclosed, ...asides].join('; ') || 'no listener has reported yet',
    hint: damaged.length > 0 && workFaults.length === 0 ? DAMAGE_HINT : DISK_HINT,
  };
}

/** What keeps nobody from mining, and hides nothing that does. */
function alsoTold(health: ComponentHealth, faults: readonly string[], hint: string): ComponentHealth {
  if (faults.length === 0) return health;
  const detail = [...(health.ok ? [] : [health.detail]), ...faults].join('; ');
  return health.ok ? { ok: false, required: false, detail, hint } : { ...health, detail };
}

/** `unassembled`: see `BlockSubmitter`. `unwritten`: see `unwrittenRecords`. */
export function recordsToo(
  shares: ComponentHealth,
  unassembled: readonly string[],
  unwritten: readonly string[],
): ComponentHealth {
  const blocks = unassembled.map((block) => `a found block cannot be put together: ${block}`);
  return alsoTold(alsoTold(shares, blocks, TEMPLATE_HINT), unwritten, DISK_HINT);
}

export class NodeHealth implements HealthReader {
  private readonly startedMs: number;
  private readonly stalls: IntervalHistogram;

  constructor(
    private readonly node: NodeView,
    private readonly nowMs: () => number,
  ) {
    this.startedMs = nowMs();
    this.stalls = monitorEventLoopDelay({ resolution: 20 });
    this.stalls.enable();
  }

  async health(): Promise<Health> {
    return {
      uptimeMs: this.nowMs() - this.startedMs,
      components: {
        miner: this.miner(),
        metrics: await this.metrics(),
        api: this.api(),
        share_collection: this.shareCollection(),
        bitcoind: this.bitcoind(),
      },
    };
  }

  private miner(): ComponentHealth {
    if (this.node.round === null) {
      return {
        ok: false,
        required: true,
        detail: 'no round takes shares: the Koii task has told of none, or the last one it told of is over',
        hint: 'see that the task runs and reaches this node with its token; it tells of each round once a minute',
      };
    }
    return minerHealth(
      this.node.listenerReports(),
      this.node.parts.tls?.fault ?? null,
      this.node.parts.guard.fullMinute,
    );
  }

  private async metrics(): Promise<ComponentHealth> {
    try {
      const text = await this.node.parts.metrics.text();
      return { ok: true, required: false, detail: `${text.length} bytes to read at /metrics`, hint: null };
    } catch (error) {
      const detail = `they cannot be put together: ${errorMessage(error)}`;
      return { ok: false, required: false, detail, hint: 'mining goes on; restart the node when convenient' };
    }
  }

  private api(): ComponentHealth {
    const stallMs = this.stalls.max / 1e6;
    this.stalls.reset();
    const ok = stallMs < LONGEST_STALL_MS;
    return {
      ok,
      required: false,
      detail: `longest pause of the coordinator since the last question: ${stallMs.toFixed(0)} ms`,
      hint: ok ? null : 'the machine is overloaded: give the node more processor, or fewer neighbours',
    };
  }

  private shareCollection(): ComponentHealth {
    const lost = this.node.parts.feed.lostWork;
    const faults = lost?.cause === 'disk' ? lost.reasons : [];
    const shares = shareHealth(
      this.node.shardStandings(),
      faults,
      this.node.parts.shares.damaged,
      damagedRecords(this.node.config.datadir),
      this.node.claims?.unclosedRounds() ?? [],
    );
    const { parts } = this.node;
    return recordsToo(shares, parts.submitter.unassembled(), unwrittenRecords(parts));
  }

  private bitcoind(): ComponentHealth {
    const { nodes, feed } = this.node.parts;
    const statuses = nodes.status();
    if (statuses.length === 0) {
      return {
        ok: false,
        required: true,
        detail: 'bitcoin.rpcUrl is none: nobody can mine here, and claims are not held against the chain',
        hint: 'install Bitcoin Core 23 or newer on this machine, let it load the chain, and name its RPC address',
      };
    }
    const active = statuses.find((status) => status.active);
    const lost = feed.lostWork;
    const ok = active !== undefined && (feed.current !== null || lost?.cause === 'disk');
    const reasons = statuses.flatMap(({ reason }) => reason ?? []);
    return {
      ok,
      required: true,
      detail: ok
        ? `${active.node}, height ${active.height}, ${active.lag ?? 0} blocks behind, ${active.peers} peers`
        : `no work: ${reasons.join('; ') || 'no template yet'}`,
      hint: ok ? null : 'start or mend bitcoind, or correct its address; mining resumes by itself',
    };
  }

  close(): void {
    this.stalls.disable();
  }
}
