/**
 * `mining.configure(extensions, parameters)` (BIP310): one key per extension asked for, false for what is not
 * offered. Version rolling is: the mask is what pool and miner both allow, and a miner that names none allows all.
 */
import type { Session } from '../session/session.js';
import { answered, type Effect, refused } from './effect.js';
import { uint32Hex } from './notify.js';
import { OTHER, stratumError } from './stratum-error.js';

const MASK_PATTERN = /^[0-9a-fA-F]{1,8}$/;

export function configure(session: Session, params: readonly unknown[]): Effect {
  const [extensions, parameters] = params;
  if (!Array.isArray(extensions)) return refused(stratumError(OTHER, 'The first parameter lists extensions'));
  const entries: string[] = [];
  for (const extension of new Set<unknown>(extensions)) {
    if (typeof extension !== 'string') return refused(stratumError(OTHER, 'An extension is not a string'));
    if (extension === 'version-rolling') entries.push(...versionRolling(session, parameters));
    else entries.push(entry(extension, false));
  }
  return answered(`{${entries.join(',')}}`);
}

function versionRolling(session: Session, parameters: unknown): readonly string[] {
  const wanted = requestedMask(parameters);
  if (wanted === null) return [entry('version-rolling', 'version-rolling.mask is not 8 hex digits')];
  session.minerVersionMask = wanted;
  session.versionMask = (session.rules.versionMask & wanted) >>> 0;
  if (session.versionMask === 0) return [entry('version-rolling', false)];
  return [entry('version-rolling', true), entry('version-rolling.mask', uint32Hex(session.versionMask))];
}

/** Null when it is not a mask. */
function requestedMask(parameters: unknown): number | null {
  const mask = (parameters as Record<string, unknown> | null | undefined)?.['version-rolling.mask'];
  if (mask === undefined || mask === null) return 0xffff_ffff;
  return typeof mask === 'string' && MASK_PATTERN.test(mask) ? Number.parseInt(mask, 16) : null;
}

function entry(key: string, value: boolean | string): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
}
