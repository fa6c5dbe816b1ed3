/**
 * The rules of the house as a function from sources to violations, so that each rule can be seen to bite on a
 * few made-up files as well as to hold on the real ones.
 */
import { type Import, importsOf, target, withoutComments } from './imports.js';
import { IMPURE_FILES, LAZY_ROOM, LEVEL_OF_ROOM, PURE_ROOMS } from './levels.js';

const IMPURITIES: readonly (readonly [RegExp, string])[] = [
  [/['"]node:/, 'a node: module'],
  [/\bBuffer\b/, 'Buffer'],
  [/\bprocess\./, 'process'],
  [/['"]pino/, 'pino'],
  [/\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/, 'the clock'],
  [/\bset(?:Timeout|Interval|Immediate)\b/, 'a timer'],
  [/\bMath\.random\b/, 'chance'],
  [/\bconsole\./, 'the console'],
  [/\bawait\b|\basync\b/, 'waiting'],
];

export function roomOf(path: string): string {
  const slash = path.indexOf('/');
  return slash < 0 ? path : path.slice(0, slash);
}

function againstLevels(from: string, to: string, kind: Import['kind']): string[] {
  const room = roomOf(from);
  const other = roomOf(to);
  if (room === other) return [];
  const broken: string[] = [];
  const level = LEVEL_OF_ROOM[room];
  const below = LEVEL_OF_ROOM[other];
  if (level !== undefined && (below === undefined || below >= level)) {
    broken.push(`${from} imports ${to}: ${other} (${below ?? 'no room'}) is not below ${room} (${level})`);
  }
  if (to !== `${other}/index.ts`)
    broken.push(`${from} imports ${to}: only ${other}/index.ts is open to others`);
  if (other === LAZY_ROOM && kind === 'value')
    broken.push(`${from} imports ${to}: ${LAZY_ROOM} is imported lazily`);
  return broken;
}

/** Each file on a cycle once, the cycle told from its first file on. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]) => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push(`a cycle: ${[...trail.slice(at), path].join(' → ')}`);
    if (at >= 0 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}

/** Sources by path inside `src/`. */
export function violations(sources: ReadonlyMap<string, string>): string[] {
  const broken: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [path, text] of sources) {
    const source = withoutComments(text);
    const room = roomOf(path);
    if (LEVEL_OF_ROOM[room] === undefined)
      broken.push(`${path}: ${room} is in no level of test/unit/house/levels.ts`);
    const targets: string[] = [];
    for (const { specifier, kind } of importsOf(source)) {
      const to = target(path, specifier);
      if (to === null || to.startsWith('..')) continue;
      broken.push(...againstLevels(path, to, kind));
      if (kind === 'value' || kind === 'type') targets.push(to);
    }
    graph.set(path, targets);
    if (!PURE_ROOMS.includes(room) || IMPURE_FILES.includes(path)) continue;
    for (const [pattern, what] of IMPURITIES) {
      if (pattern.test(source)) broken.push(`${path}: a pure room uses ${what}`);
    }
  }
  return [...broken, ...cycles(graph)];
}
