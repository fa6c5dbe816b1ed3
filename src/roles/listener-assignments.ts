/** What each listener process is told before its port opens: the node's settings, and its part of what they bound. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { listenersFor } from '../cli/index.js';
import type { Config } from '../config/index.js';
import type { GuardOptions, TlsIdentity } from '../stratum/index.js';
import { NOTES_FOLDER } from './block-notes.js';
import type { ListenerAssignment } from './process-messages.js';

/** The kernel spreads connections unevenly: up to 1.4 times the mean on one listener was measured, more of few. */
const SKEW = 2;
/** Of a listener, for its database, its channel and the runtime. */
const OTHER_DESCRIPTORS = 512;
const DAY_MS = 86_400_000;

export interface FleetSurroundings {
  /** Null without TLS. */
  readonly tls: Pick<TlsIdentity, 'pem'> | null;
  /** The node's name. */
  readonly node: string;
  /** Of the shards. */
  readonly folder: string;
  /** Open files one process may have. */
  readonly descriptorLimit: number;
  /** Takes the listeners' logs; null for standard output. */
  readonly logFile: string | null;
  /** Of the node's `steadyTimers`. */
  readonly clockOriginMs: number;
}

/** Of the whole node. */
export function guardOptions({ stratum }: Config): GuardOptions {
  const { maxConnections, strangersPerAddress, longestBanMs, pendingBytes, unlimitedAddresses } = stratum;
  return {
    nodeConnections: maxConnections,
    strangersPerAddress,
    longestBanMs,
    memoryBytes: pendingBytes,
    unlimited: unlimitedAddresses,
  };
}

export function listenerAssignments(
  config: Config,
  { tls, node, folder, descriptorLimit, logFile, clockOriginMs }: FleetSurroundings,
): ListenerAssignment[] {
  const { stratum, pool } = config;
  const count =
    stratum.listeners > 0
      ? stratum.listeners
      : listenersFor(availableParallelism(), stratum.maxConnections, descriptorLimit);
  const maxConnections = Math.min(
    Math.ceil((SKEW * stratum.maxConnections) / count),
    stratum.maxConnections,
    Math.max(1, descriptorLimit - OTHER_DESCRIPTORS),
  );
  const whole = guardOptions(config);
  const guard = {
    ...whole,
    nodeConnections: Math.min(whole.nodeConnections, count * maxConnections),
    // Bytes are counted in each process by itself, so each has its part of the node's.
    memoryBytes: Math.floor(whole.memoryBytes / count),
  };
  return Array.from({ length: count }, (_, index) => ({
    clockOriginMs,
    index,
    node,
    network: config.network,
    mode: pool.mode,
    tag: pool.tag,
    host: stratum.host,
    port: stratum.port,
    startDifficulty: stratum.startDifficulty,
    minDifficulty: stratum.minDifficulty,
    maxDifficulty: stratum.maxDifficulty,
    shareIntervalMs: stratum.shareIntervalMs,
    versionMask: stratum.versionMask,
    maxConnections,
    guard,
    patience: {
      loginMs: stratum.loginMs,
      strangerSilenceMs: stratum.silenceMs / 2,
      silenceMs: stratum.silenceMs,
    },
    high: stratum.high,
    tls: tls?.pem ?? null,
    trustedProxies: stratum.trustedProxies,
    notesFolder: join(config.datadir, NOTES_FOLDER),
    shardPath: join(folder, `shard-${index}.sqlite`),
    retentionMs: config.shares.retentionDays * DAY_MS,
    log: config.log,
    logFile,
  }));
}
