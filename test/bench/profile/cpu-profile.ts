/**
 * Where the samples of V8's profiler fall, put together by what was done: system calls, parsing, hashing, SQLite,
 * garbage, and else the room that the function is of. What V8 sees as `(program)` is native code and the kernel under no
 * function of JavaScript: libuv's loop, reading sockets, waking up. `(idle)` is no time at all.
 */
import { readFileSync } from 'node:fs';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
}

/** The format of V8's `.cpuprofile`: times in microseconds of the monotonic clock. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** From and to, microseconds of the monotonic clock. */
export type Span = readonly [number, number];

export interface SampledThread {
  readonly name: string;
  /** Microseconds of samples by what was done, without idle ones. */
  readonly byWhat: ReadonlyMap<string, number>;
  /** The same by function, `name file`. */
  readonly byFunction: ReadonlyMap<string, number>;
}

const BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/^\(garbage collector\)$/, 'garbage collection'],
  [/^\(program\)$/, 'native code and the kernel: loop, reading, wake-ups'],
  [/^write(?:Latin1|Utf8|Ascii|Ucs2)String$|^writeBuffer$|^writev$/, 'system calls: writing to sockets'],
  [/^(?:parse|stringify)$/, 'JSON'],
  [/^(?:postMessage|receiveMessageOnPort|drain|moveMessagePortToContext)$/, 'messages between threads'],
];
const BY_PLACE: readonly (readonly [RegExp, string])[] = [
  [/\/src\/lib\/sha256\//, 'hashing'],
  [/\/better-sqlite3\//, 'SQLite'],
  [/^node:internal\/(?:worker|per_context\/messageport)/, 'messages between threads'],
  [/^node:internal\/timers|^node:timers/, 'timers'],
  [/^node:(?:net|internal\/stream|internal\/streams|internal\/net|stream)/, "Node's sockets and streams"],
  [/^node:/, 'Node, other'],
];
/** Native functions that V8 names without a place. */
const SQLITE = new Set(['run', 'get', 'all', 'exec', 'iterate', 'transaction', 'prepare', 'pragma']);

export function whatOf({ functionName, url }: ProfileNode['callFrame']): string {
  if (url === '') {
    const known = BY_NAME.find(([pattern]) => pattern.test(functionName));
    if (known !== undefined) return known[1];
    if (SQLITE.has(functionName)) return 'SQLite';
    return functionName === 'hash' ? 'hashing' : 'JavaScript, built in';
  }
  const known = BY_PLACE.find(([pattern]) => pattern.test(url));
  if (known !== undefined) return known[1];
  const room = /\/src\/([^/]+)\/(?:([^/]+)\/)?[^/]+$/.exec(url);
  if (room !== null) return `src/${room[1]}${room[2] === undefined ? '' : `/${room[2]}`}`;
  return 'other';
}

const functionOf = ({ functionName, url }: ProfileNode['callFrame']): string =>
  `${functionName || '(anonymous)'}${url === '' ? '' : ` ${url.split('/').slice(-2).join('/')}`}`;

/** Whose profile it is, by what runs there. */
function nameOf(nodes: readonly ProfileNode[]): string {
  const has = (file: string): boolean => nodes.some(({ callFrame }) => callFrame.url.endsWith(`/${file}`));
  if (has('shard-thread.js')) return 'writer of the share log';
  if (has('listener-process.js')) return 'listener, sockets';
  if (has('pool-node.js')) return 'coordinator';
  if (has('journal-thread.js')) return 'journal of blocks';
  return 'other thread';
}

/** What was sampled within the spans, ascending. */
export function sampled(profile: CpuProfile, spans: readonly Span[]): SampledThread {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byWhat = new Map<string, number>();
  const byFunction = new Map<string, number>();
  let atUs = profile.startTime;
  let span = 0;
  profile.samples.forEach((id, i) => {
    const tookUs = profile.timeDeltas[i]!;
    atUs += tookUs;
    while (span < spans.length && spans[span]![1] < atUs) span++;
    if (span === spans.length || atUs < spans[span]![0] || tookUs <= 0) return;
    const frame = frames.get(id)!;
    if (frame.functionName === '(idle)') return;
    const what = whatOf(frame);
    byWhat.set(what, (byWhat.get(what) ?? 0) + tookUs);
    const name = functionOf(frame);
    byFunction.set(name, (byFunction.get(name) ?? 0) + tookUs);
  });
  return { name: nameOf(profile.nodes), byWhat, byFunction };
}

export function readProfile(file: string): CpuProfile {
  return JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
}
