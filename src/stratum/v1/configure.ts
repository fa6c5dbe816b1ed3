/**
 * `mining.configure(extensions, parameters)` (BIP310): one key for each extension asked for, false for what is not
 * known here, a text where its parameters are wrong. The difficulty and the mask are per connection, and an extension
 * may be configured again, which replaces what it said before.
 */
import type { Session } from '../session/session.js';
import { answered, type Effect, refused } from './effect.js';
import { jsonText } from './json-text.js';
import { uint32Hex } from './notify.js';
import { printable } from './printable.js';
import { OTHER, stratumError } from './stratum-error.js';

const MASK_PATTERN = /^(?:0x)?[0-9a-f]{1,8}$/i;
const MAX_EXTENSIONS = 32;

type Parameters = Readonly<Record<string, unknown>>;
type Entry = readonly [key: string, value: boolean | string];

interface Outcome {
  readonly entries: readonly Entry[];
  /** The next job has another difficulty, so it goes out now. */
  readonly moved?: boolean;
}

const EXTENSIONS: ReadonlyMap<string, (session: Session, parameters: Parameters, nowMs: number) => Outcome> =
  new Map([
    ['version-rolling', versionRolling],
    ['minimum-difficulty', minimumDifficulty],
    ['subscribe-extranonce', subscribeExtranonce],
    ['info', info],
  ]);

export function configure(session: Session, params: readonly unknown[], nowMs: number): Effect {
  const [extensions, given] = params;
  if (!Array.isArray(extensions)) {
    return refused(
      stratumError(OTHER, 'Configure takes a list of extensions and an object of their parameters'),
    );
  }
  if (extensions.length > MAX_EXTENSIONS) {
    return refused(stratumError(OTHER, `More than ${MAX_EXTENSIONS} extensions: ask for those you use`));
  }
  const parameters = typeof given === 'object' && given !== null ? (given as Parameters) : {};
  const entries: Entry[] = [];
  let moved = false;
  for (const extension of new Set<unknown>(extensions)) {
    if (typeof extension !== 'string') return refused(stratumError(OTHER, 'An extension is not a string'));
    const outcome = EXTENSIONS.get(extension)?.(session, parameters, nowMs) ?? {
      entries: [[extension, false]],
    };
    entries.push(...outcome.entries);
    moved ||= outcome.moved === true;
  }
  return answered(`{${entries.map(entryText).join(',')}}`, moved);
}

/**
 * The mask is what pool and miner both allow; a miner that names none allows all. With fewer bits than its min-bit-count a
 * miner works less well, but it works (BIP310): only with none is it told no. So whatever stands there is not looked at: a
 * Bitaxe names none, and Foundation's `stratum-v1` and SRI's `sv1_api` write it as eight hex digits. The first job repeats the mask as `mining.set_version_mask`: some Whatsminers stay idle until that comes, and an
 * S21+ hangs up when it comes before the login.
 */
function versionRolling(session: Session, parameters: Parameters): Outcome {
  const mask = parameters['version-rolling.mask'] ?? 'ffffffff';
  if (typeof mask !== 'string' || !MASK_PATTERN.test(mask)) {
    return { entries: [['version-rolling', 'version-rolling.mask is not 8 hex digits']] };
  }
  const { rolling } = session;
  rolling.negotiate(Number.parseInt(mask, 16));
  if (rolling.mask === 0) return { entries: [['version-rolling', false]] };
  return {
    entries: [
      ['version-rolling', true],
      ['version-rolling.mask', uint32Hex(rolling.mask)],
    ],
  };
}

function minimumDifficulty(session: Session, parameters: Parameters, nowMs: number): Outcome {
  const value = parameters['minimum-difficulty.value'];
  if (typeof value !== 'number' || !(value >= 0)) {
    return { entries: [['minimum-difficulty', 'minimum-difficulty.value is not a number of 0 or more']] };
  }
  const moved = session.difficultySetting.demand(value, nowMs);
  if (moved === null) {
    const most = session.rules.maxDifficulty;
    return { entries: [['minimum-difficulty', `this pool gives out no difficulty above ${most}`]] };
  }
  return { entries: [['minimum-difficulty', true]], moved };
}

/** A promise that is kept: this pool never changes an extranonce1 while the connection lasts. */
function subscribeExtranonce(): Outcome {
  return { entries: [['subscribe-extranonce', true]] };
}

/** What the device says of itself stands in for a user agent until there is one. */
function info(session: Session, parameters: Parameters): Outcome {
  const words = [parameters['info.hw-version'], parameters['info.sw-version']];
  const device = words.filter((word) => typeof word === 'string').join(' ');
  if (session.userAgent === '') session.userAgent = printable(device);
  return { entries: [['info', true]] };
}

function entryText([key, value]: Entry): string {
  return `${jsonText(key)}:${JSON.stringify(value)}`;
}
