/**
 * One source of settings (a YAML file, the environment, the flags) as text by key, each with where it was
 * written. An empty text sets nothing, because container files pass unset variables on as empty ones. Nothing
 * here judges a value; a name nobody knows is a problem at once.
 */
import type { ConfigFlags } from '../cli/index.js';
import { errorCode } from '../lib/index.js';
import { nearest } from './nearest.js';
import { SETTING_BY_KEY, SETTINGS, type Setting } from './schema.js';

export interface Problem {
  /** `pool.yaml:12`, `ORCAPOOL_HTTP_PORT`, `--http-port`; null where something is missing everywhere. */
  readonly from: string | null;
  /** Null where no single setting is meant. */
  readonly key: string | null;
  /** Settings right by themselves that it does not agree with. */
  readonly with?: readonly string[];
  readonly message: string;
}

export interface Given {
  readonly text: string;
  readonly from: string;
}

export interface Layer {
  readonly given: ReadonlyMap<string, Given>;
  readonly problems: readonly Problem[];
}

export type ReadFile = (path: string) => string;

/** One setting as it was written, its key not yet known to exist. */
export interface Entry extends Given {
  readonly key: string;
}

export function layerOf(entries: Iterable<Entry>): Layer {
  const given = new Map<string, Given>();
  const problems: Problem[] = [];
  for (const { key, text, from } of entries) {
    if (!SETTING_BY_KEY.has(key)) {
      const message = `there is no such setting; did you mean ${nearest(key, SETTING_BY_KEY.keys())}?`;
      problems.push({ from, key, message });
    } else if (text !== '') given.set(key, { text, from });
  }
  return { given, problems };
}

/** `--http-port 80` and `--set http.port=80` alike; the later one holds. */
export function flagLayer(flags: ConfigFlags): Layer {
  return layerOf(flags.settings);
}

const ENV_PREFIX = 'ORCAPOOL_';

function unknownVariable(name: string): Problem {
  const names = SETTINGS.flatMap((s) => (s.secret === null ? [s.env] : [s.env, `${s.env}_FILE`]));
  const message = `there is no such setting; did you mean ${nearest(name, names)}?`;
  return { from: name, key: null, message };
}

/** A secret may be named by `…_FILE` instead; line ends at the file's end do not belong to it. */
export function environmentLayer(
  env: Readonly<Record<string, string | undefined>>,
  readFile: ReadFile,
): Layer {
  const byVariable = new Map<string, { setting: Setting; inFile: boolean }>();
  for (const setting of SETTINGS) {
    byVariable.set(setting.env, { setting, inFile: false });
    if (setting.secret !== null) byVariable.set(`${setting.env}_FILE`, { setting, inFile: true });
  }
  const given = new Map<string, Given>();
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(ENV_PREFIX) || value === undefined || value === '') continue;
    const known = byVariable.get(name);
    if (known === undefined) {
      problems.push(unknownVariable(name));
      continue;
    }
    const { key } = known.setting;
    const other = given.get(key);
    if (other !== undefined) {
      problems.push({ from: name, key, message: `${other.from} gives it too; keep one of the two` });
    } else if (!known.inFile) given.set(key, { text: value, from: name });
    else {
      try {
        const text = readFile(value).replace(/[\r\n]+$/, '');
        if (text === '') problems.push({ from: name, key, message: `the file ${value} is empty` });
        else given.set(key, { text, from: name });
      } catch (error) {
        problems.push({ from: name, key, message: `cannot read ${value} (${errorCode(error) ?? error})` });
      }
    }
  }
  return { given, problems };
}
