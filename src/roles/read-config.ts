/** The configuration of this process: its flags, its environment, its files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NetworkName } from '../bitcoin/index.js';
import type { ConfigFlags, FindLog, FindState, ShownSetting } from '../cli/index.js';
import {
  type Config,
  ConfigError,
  type ConfigSources,
  loadConfig,
  presetsFolder,
  salvageConfig,
} from '../config/index.js';
import { expectDatadir } from './datadir.js';

function sources(flags: ConfigFlags, supplied?: Readonly<Record<string, string>>): ConfigSources {
  return {
    flags,
    env: process.env,
    readFile: (path) => readFileSync(path, 'utf8'),
    presetsFolder: presetsFolder(),
    ...(supplied === undefined ? {} : { supplied }),
  };
}

/** `supplied`: settings by key that a role brings along. Throws `ConfigError`. */
export function configOf(flags: ConfigFlags, supplied?: Readonly<Record<string, string>>): Config {
  return loadConfig(sources(flags, supplied)).config;
}

/** A configuration that is right, or its problems and what can be examined all the same. */
type ReadConfig =
  | { readonly config: Config; readonly problems: null }
  | { readonly config: Config | null; readonly problems: ConfigError };

export function configAndProblems(flags: ConfigFlags): ReadConfig {
  try {
    return { config: configOf(flags), problems: null };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { config: salvageConfig(sources(flags), error), problems: error };
  }
}

/** For `orcapool config`. Throws `ConfigError`. */
export function readSettings(flags: ConfigFlags): readonly ShownSetting[] {
  return loadConfig(sources(flags)).inForce;
}

/** Network and datadir alone; what a node needs besides is made up where nobody gave it. */
function placeOf(flags: ConfigFlags): { readonly datadir: string; readonly network: NetworkName } {
  const { datadir, network } = configOf(flags, { 'pool.mode': 'solo' });
  return { datadir, network };
}

/** Which network a command is about. */
export function networkOf(flags: ConfigFlags): NetworkName {
  return placeOf(flags).network;
}

/** Which state `orcapool backup` copies, and where `orcapool restore` puts it. */
export const findState: FindState = {
  existing(flags) {
    const place = placeOf(flags);
    expectDatadir(place.datadir, place.network);
    return place;
  },
  planned: placeOf,
};

/** Which log `orcapool verify` reads. */
export const findLog: FindLog = (flags) => {
  const { datadir, network } = findState.existing(flags);
  return { folder: join(datadir, 'shares'), network };
};
