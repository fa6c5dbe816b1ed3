/**
 * The entry of a thread that looks for one package or proof: in the folder where the Koii task puts them, then at the
 * claiming node and the gateways. A hostile archive may take most of a second to be taken apart, for which no tip waits.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Logger } from '../lib/index.js';
import {
  isPublicAddress,
  isPublicOrLoopback,
  PackageCache,
  PackageSource,
  type Place,
  resolvePublic,
  SOURCE_BOUNDS,
} from '../packages/index.js';
import { type ArchiveKind, Cid } from '../rounds/index.js';
import { systemTimers } from './system-timers.js';

export interface PackageTask {
  readonly kind: ArchiveKind;
  readonly cid: string;
  readonly folder: string;
  readonly places: readonly Place[];
  /** Of foreign places: on a private network they are on this machine. */
  readonly mayBeLoopback: boolean;
}

/**
 * `tried`: who was asked in vain. `gateways`: whether each that the operator named said that it has not got it; `none`
 * for an operator who named none.
 */
export type FoundPackage =
  | { readonly bytes: Uint8Array }
  | { readonly bytes: null; readonly tried: string; readonly gateways: 'none' | 'denied' | 'open' };

export type PackageThreadMessage =
  | { readonly kind: 'found'; readonly found: FoundPackage }
  | { readonly kind: 'warning'; readonly fields: object; readonly message: string };

/** Packages of a few hundred claims. */
const FOLDER_BYTES = 2 ** 30;
/** A task gives up on an audit after a minute, and asks again. */
const TOTAL_MS = 45_000;

async function find(
  { kind, cid, folder, places, mayBeLoopback }: PackageTask,
  logger: Logger,
): Promise<FoundPackage> {
  const cache = new PackageCache({ folder, maxBytes: FOLDER_BYTES }, logger, systemTimers);
  const isOpen = mayBeLoopback ? isPublicOrLoopback : isPublicAddress;
  const around = { timers: systemTimers, resolve: resolvePublic, isOpen };
  const source = new PackageSource({ ...SOURCE_BOUNDS, ...around, totalMs: TOTAL_MS }, cache);
  const fetched = await source.fetch({ kind, cid: Cid.parse(cid) }, places, new AbortController().signal);
  if (fetched.kind !== 'unavailable') return { bytes: fetched.bytes };
  const hasGateways = places.some(({ trust }) => trust === 'named');
  const tried = fetched.tried.map(({ place, why }) => `${place}: ${why}`).join('; ');
  return { bytes: null, tried, gateways: !hasGateways ? 'none' : fetched.isDenied ? 'denied' : 'open' };
}

if (parentPort !== null) {
  const port = parentPort;
  const say = (message: PackageThreadMessage): void => port.postMessage(message);
  const quiet = (): void => {};
  const warn = (fields: object, message: string): void => say({ kind: 'warning', fields, message });
  const logger: Logger = { debug: quiet, info: quiet, warn, error: warn, child: () => logger };
  say({ kind: 'found', found: await find(workerData as PackageTask, logger) });
}
