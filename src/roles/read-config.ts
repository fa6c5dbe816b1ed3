/** The configuration of this process: its flags, its environment, its files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigFlags, FindLog, ShownSetting } from '../cli/index.js';
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

/**
 * Which log `orcapool verify` reads. It is known from network and datadir alone, so what a node needs besides is
 * made up where nobody gave it.
 */
export const findLog: FindLog = (flags) => {
  const { datadir, network } = configOf(flags, { 'pool.mode': 'solo' });
  expectDatadir(datadir, network);
  return { folder: join(datadir, 'shares'), network };
};
