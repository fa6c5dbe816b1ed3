/**
 * Loads the configuration: defaults < the network's preset < what localnet supplies < the YAML file < the
 * environment < flags. Every problem is found before one error tells them all, each with where it was written.
 */
import type { NetworkName } from '../bitcoin/index.js';
import type { ConfigFlags } from '../cli/index.js';
import { CodedError } from '../lib/index.js';
import { disagreements } from './agreements.js';
import type { Config } from './config.js';
import {
  environmentLayer,
  flagLayer,
  type Given,
  type Layer,
  layerOf,
  type Problem,
  type ReadFile,
} from './layer.js';
import { hidden } from './redacted.js';
import {
  configSchema,
  NETWORK_NAMES,
  type PartialSettings,
  SETTING_BY_KEY,
  SETTINGS,
  type Setting,
} from './schema.js';
import { settle } from './settle.js';
import { yamlLayer } from './yaml-layer.js';

export interface ConfigSources {
  readonly flags: ConfigFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Throws where the file cannot be read. */
  readonly readFile: ReadFile;
  /** Folder of `mainnet.yaml` and its siblings. */
  readonly presetsFolder: string;
  /** Settings by key that a role brings along, such as localnet its network; every operator's word goes before. */
  readonly supplied?: Readonly<Record<string, string>>;
}

/** One setting as it is in force, fit to be shown. */
export interface SettingInForce {
  readonly key: string;
  /** Secrets hidden; null where it is not set. */
  readonly shown: string | null;
  readonly from: string;
}

export interface LoadedConfig {
  readonly config: Config;
  readonly inForce: readonly SettingInForce[];
}

/** `problems` has all of them; the message lists them a line each. No secret is in either. */
export class ConfigError extends CodedError<'CONFIG_INVALID'> {
  constructor(readonly problems: readonly Problem[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    const lines = problems.map(({ from, key, message }) => {
      const subject = key === null ? message : `${key}: ${message}`;
      return from === null ? `  ${subject}` : `  ${from}  ${subject}`;
    });
    super('CONFIG_INVALID', `the configuration has ${count}:\n${lines.join('\n')}`);
  }
}

function merged(layers: readonly Layer[]): Map<string, Given> {
  const given = new Map<string, Given>();
  for (const layer of layers) for (const [key, value] of layer.given) given.set(key, value);
  return given;
}

function isNetwork(text: string | undefined): text is NetworkName {
  return NETWORK_NAMES.some((name) => name === text);
}

function wrongValue(setting: Setting, { text, from }: Given): Problem {
  const got = setting.secret === null ? `, got "${text.slice(0, 120)}"` : '';
  return { from, key: setting.key, message: `expected ${setting.expects}${got}` };
}

/** The names a missing setting could be given by. */
function notSet(setting: Setting, message: string): Problem {
  return { from: null, key: setting.key, message: `${message} (${setting.env}, --set ${setting.key}=…)` };
}

function put(tree: Record<string, unknown>, { section, name }: Setting, value: unknown): void {
  if (section === null) tree[name] = value;
  else (tree[section] as Record<string, unknown>)[name] = value;
}

function emptyTree(): Record<string, unknown> {
  const sections = SETTINGS.flatMap(({ section }) => (section === null ? [] : [[section, {}] as const]));
  return Object.fromEntries(sections.map(([section]) => [section, {}]));
}

interface Gathered {
  readonly given: ReadonlyMap<string, Given>;
  /** Of files and names, not of values. */
  readonly problems: readonly Problem[];
}

/** `without`: settings at which the operator's word is passed over. */
function gather(sources: ConfigSources, without: ReadonlySet<string>): Gathered {
  const { flags, env, readFile, presetsFolder, supplied = {} } = sources;
  const operators: Layer[] = [
    ...(flags.file === null ? [] : [yamlLayer(flags.file, readFile)]),
    environmentLayer(env, readFile),
    flagLayer(flags),
  ];
  const own: Layer[] = [
    layerOf(Object.entries(supplied).map(([key, text]) => ({ key, text, from: 'this command' }))),
    ...operators.map(({ given, problems }) => ({
      given: new Map([...given].filter(([key]) => !without.has(key))),
      problems,
    })),
  ];
  const network = merged(own).get('network')?.text;
  const preset = isNetwork(network) ? [yamlLayer(`${presetsFolder}/${network}.yaml`, readFile)] : [];
  const layers = [...preset, ...own];
  return { given: merged(layers), problems: layers.flatMap(({ problems }) => problems) };
}

/** Pure but for `readFile`. Throws `ConfigError`. */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const gathered = gather(sources, new Set());
  const { texts, inForce, problems } = examined(gathered.given);
  const all = [...gathered.problems, ...problems];
  if (all.length > 0) throw new ConfigError(all);
  return { config: settle(configSchema.parse(texts), sources.env.HOME), inForce };
}

/**
 * Of a configuration with problems what can be examined all the same: a setting with a problem is as if nobody had
 * given it, and where that does not help so are those it does not agree with; what only a pool needs is left out. Null
 * where too little is left. Never to run a node on.
 */
export function salvageConfig(sources: ConfigSources, { problems }: ConfigError): Config | null {
  const supplied = { ...sources.supplied, 'pool.mode': 'solo' };
  const without = new Set(['pool.mode', ...problems.flatMap(({ key }) => key ?? [])]);
  for (;;) {
    const { given } = gather({ ...sources, supplied }, without);
    const { texts, problems: left } = examined(given);
    if (left.length === 0) return settle(configSchema.parse(texts), sources.env.HOME);
    const before = without.size;
    for (const { key, with: others = [] } of left)
      for (const name of [key, ...others]) without.add(name ?? '');
    if (without.size === before) return null;
  }
}

interface Examined {
  /** As the schema takes them. */
  readonly texts: Record<string, unknown>;
  readonly inForce: SettingInForce[];
  readonly problems: Problem[];
}

function examined(given: ReadonlyMap<string, Given>): Examined {
  const problems: Problem[] = [];
  const values = emptyTree();
  const texts = emptyTree();
  const inForce: SettingInForce[] = [];
  const networkKnown = isNetwork(given.get('network')?.text);

  for (const setting of SETTINGS) {
    const value = given.get(setting.key);
    const text = value?.text ?? setting.fallback;
    inForce.push({
      key: setting.key,
      shown: text === null ? null : hidden(setting, text),
      from: value?.from ?? 'default',
    });
    if (value !== undefined) put(texts, setting, value.text);
    const result = setting.schema.safeParse(value?.text);
    if (result.success) put(values, setting, result.data);
    else if (value !== undefined) problems.push(wrongValue(setting, value));
    else if (networkKnown || setting.key === 'network') {
      problems.push(notSet(setting, `not set; expected ${setting.expects}`));
    }
  }
  if (networkKnown) {
    for (const { key, with: others, message } of disagreements(values as PartialSettings)) {
      const from = given.get(key)?.from;
      const problem = from !== undefined ? { from, key, message } : notSet(SETTING_BY_KEY.get(key)!, message);
      problems.push({ ...problem, with: others });
    }
  }
  return { texts, inForce, problems };
}
