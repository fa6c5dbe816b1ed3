/**
 * The package of a submission that `orcapool audit` judges: a file, or what the node and the gateways have under its
 * CID. That all say they have it not is told with everybody who was asked; a network in trouble judges no claim.
 */
import { readFile } from 'node:fs/promises';
import { CodedError, type Logger } from '../lib/index.js';
import {
  isPublicAddress,
  PackageSource,
  type Place,
  resolvePublic,
  SOURCE_BOUNDS,
  type Tried,
} from '../packages/index.js';
import type { Submission } from '../rounds/index.js';
import { systemTimers } from './system-timers.js';

export class AuditedPackageError extends CodedError<'AUDIT_NO_PLACE' | 'AUDIT_UNANSWERED'> {}

export interface AuditedFrom {
  /** A file or URL that alone is asked; null for those below. */
  readonly only: string | null;
  /** Nodes' HTTP interfaces that the operator named. */
  readonly node: string | null;
  /** Where whoever told the submission says it is. */
  readonly told: Place | null;
  /** With `{cid}` in them. */
  readonly gateways: readonly string[];
}

/** Told from a file, and from a submission. */
export function isUrl(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text);
}

function placesOf({ only, node, told, gateways }: AuditedFrom, round: bigint): Place[] {
  const named = (url: string): Place => ({ url, trust: 'named' });
  if (only !== null) return [named(only)];
  return [
    ...(node === null ? [] : [named(new URL(`/api/v1/rounds/${round}/package`, node).href)]),
    ...(told === null ? [] : [told]),
    ...gateways.map(named),
  ];
}

function listed(tried: readonly Tried[]): string {
  return tried.map(({ place, why }) => `${place}: ${why}`).join('; ');
}

/** Throws `AuditedPackageError`, and what reading a file throws. */
export async function auditedPackage(
  submission: Submission,
  from: AuditedFrom,
  logger: Logger,
): Promise<Uint8Array | 'unavailable'> {
  if (submission.kind === 'idle') return 'unavailable'; // and nobody asks for it
  if (from.only !== null && !isUrl(from.only)) return readFile(from.only);
  const places = placesOf(from, submission.round);
  if (places.length === 0) {
    throw new AuditedPackageError(
      'AUDIT_NO_PLACE',
      `nobody to ask for the package ${submission.packageCid}: set claims.gateways, or give --node or --package`,
    );
  }
  const around = { timers: systemTimers, resolve: resolvePublic, isOpen: isPublicAddress };
  const source = new PackageSource({ ...SOURCE_BOUNDS, ...around }, null);
  const wanted = { kind: 'package', cid: submission.packageCid } as const;
  const fetched = await source.fetch(wanted, places, new AbortController().signal);
  if (fetched.kind !== 'unavailable') {
    logger.debug({ from: fetched.from, kind: fetched.kind }, 'fetched the package');
    return fetched.bytes;
  }
  if (!fetched.isDenied) {
    throw new AuditedPackageError(
      'AUDIT_UNANSWERED',
      `not all who might have the package answer that they have not, so nothing is known of the claim; look to this machine's network, or give --package (${listed(fetched.tried)})`,
    );
  }
  for (const { place, why, bytes } of fetched.tried) {
    logger.warn({ place, why, bytes }, 'the package is not to be had here');
  }
  return 'unavailable';
}
