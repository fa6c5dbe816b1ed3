/** What a source imports, read from its text, and which files an entry's code leads to by that. */
import { posix } from 'node:path';

export interface Import {
  readonly specifier: string;
  /** `url`: mostly the entry of a thread or a process. */
  readonly kind: 'value' | 'type' | 'lazy' | 'url';
  /** Of the values; null for the whole file. */
  readonly names: readonly string[] | null;
}

const STATIC = /(?:^|[\s;}])(?:import|export)\s+(type\s+)?(?:([\w*{}\s,$]+?)\sfrom\s*)?['"]([^'"\n]+)['"]/g;
const DYNAMIC = /\bimport\(\s*['"]([^'"\n]+)['"]/g;
const BY_URL = /\bnew URL\(\s*['"](\.{1,2}\/[^'"\n]+\.js)['"]/g;
const COMMENT = /\/\*[\s\S]*?\*\/|(?<![:'"`\\/])\/\/[^\n]*/g;

export function withoutComments(text: string): string {
  return text.replace(COMMENT, '');
}

function namesIn(clause: string): string[] | null {
  const named = /^\s*{([^}]*)}\s*$/.exec(clause);
  if (named === null) return null;
  const names = named[1]!.split(',').map((name) => name.trim());
  return names.filter((name) => name !== '' && !/^type\s/.test(name)).map((name) => name.split(/\s/)[0]!);
}

/** `source`: without comments. */
export function importsOf(source: string): Import[] {
  const found: Import[] = [];
  for (const [, type, clause, specifier] of source.matchAll(STATIC)) {
    const kind = type === undefined ? 'value' : 'type';
    found.push({ specifier: specifier!, kind, names: namesIn(clause ?? '') });
  }
  for (const [kind, pattern] of [
    ['lazy', DYNAMIC],
    ['url', BY_URL],
  ] as const) {
    for (const [, specifier] of source.matchAll(pattern)) {
      found.push({ specifier: specifier!, kind, names: null });
    }
  }
  return found;
}

/** Where a relative specifier leads inside `src/`; null for packages. */
export function target(from: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}

export interface Reached {
  /** By path inside `src/`, the entry included. */
  readonly files: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
}

/**
 * The files whose values an entry's code names, and what these name in turn: through a room's index only to the files
 * that the names are of. Threads and processes of their own, which are started by a URL, are not followed.
 */
export function reachedFrom(entry: string, sources: ReadonlyMap<string, string>): Reached {
  const files = new Set<string>();
  const packages = new Set<string>();
  const importsIn = (path: string): Import[] => {
    const text = sources.get(path);
    if (text === undefined) throw new Error(`there is no ${path}`);
    return importsOf(withoutComments(text));
  };
  const follow = (from: string, { specifier, names }: Import): void => {
    const to = target(from, specifier);
    if (to === null) packages.add(specifier);
    else if (names === null || posix.basename(to) !== 'index.ts') visit(to);
    else {
      const within = importsIn(to);
      for (const name of names) {
        const source = within.find((each) => each.names?.includes(name));
        if (source === undefined) throw new Error(`${from} imports ${name}, which ${to} does not pass on`);
        follow(to, { ...source, names: [name] });
      }
    }
  };
  const visit = (path: string): void => {
    if (files.has(path)) return;
    files.add(path);
    for (const each of importsIn(path)) {
      if (each.kind === 'value' || each.kind === 'lazy') follow(path, each);
    }
  };
  visit(entry);
  return { files, packages };
}
