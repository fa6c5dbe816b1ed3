/** What the project's Markdown files name, and what of it is not there. Pure, so that each rule can be shown to bite. */
import { dirname, posix } from 'node:path';

export interface Surroundings {
  /** Whether a file or folder is in the repository. */
  exists(path: string): boolean;
  /** The text of a Markdown file of the repository. */
  read(path: string): string;
  /** Of package.json. */
  readonly scripts: ReadonlySet<string>;
  /** `stratum.port`. */
  readonly settings: ReadonlySet<string>;
  /** `ORCAPOOL_STRATUM_PORT`. */
  readonly variables: ReadonlySet<string>;
}

const LINK = /\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g;
const PATH = /(?<![\w./<>~-])(?:build\/)?(?:src|test|config|docs|vendor|\.ci)\/[\w./-]+/g;
const SCRIPT = /\bnpm (?:run (?:--\S+ )*([\w:-]+)|(start|test)\b)/g;
const SETTING = /`((?:bitcoin|stratum|http|pool|shares|log)\.[a-z]\w*)[`:=]/g;
const VARIABLE = /\bORCAPOOL_[A-Z0-9_]*[A-Z0-9]\b(?!_)/g;

/** A heading's anchor, as code hosts make it. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function anchors(markdown: string): Set<string> {
  return new Set([...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchor(heading!)));
}

/** Compiled files are named by what they are compiled from. */
function sourceOf(path: string): string {
  return path.startsWith('build/') ? path.slice('build/'.length).replace(/\.js$/, '.ts') : path;
}

/** One line for each thing that `path`, a Markdown file with this text, names and that does not exist. */
export function danglingNames(path: string, text: string, around: Surroundings): string[] {
  const problems: string[] = [];
  for (const [, target = '', fragment] of text.matchAll(LINK)) {
    const to = target === '' ? path : posix.join(dirname(path), target);
    if (!around.exists(to)) problems.push(`${path} links to ${to}`);
    else if (fragment !== undefined && !anchors(around.read(to)).has(fragment)) {
      problems.push(`${path} links to ${to}#${fragment}`);
    }
  }
  for (const [name] of text.matchAll(PATH)) {
    if (!around.exists(sourceOf(name.replace(/[.-]+$/, '')))) problems.push(`${path} names ${name}`);
  }
  for (const [, run, plain] of text.matchAll(SCRIPT)) {
    const script = run ?? plain!;
    if (!around.scripts.has(script)) problems.push(`${path} names npm script ${script}`);
  }
  for (const [, setting] of text.matchAll(SETTING)) {
    if (!around.settings.has(setting!)) problems.push(`${path} names setting ${setting}`);
  }
  for (const [variable] of text.matchAll(VARIABLE)) {
    if (!around.variables.has(variable.replace(/_FILE$/, ''))) problems.push(`${path} names ${variable}`);
  }
  return problems;
}
