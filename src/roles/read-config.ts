/** The configuration of this process: its flags, its environment, its files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigFlags, FindLog, ShownSetting } from '../cli/index.js';
import { type Config, type LoadedConfig, loadConfig, presetsFolder } from '../config/index.js';
import { expectDatadir } from './datadir.js';

function load(flags: ConfigFlags, supplied?: Readonly<Record<string, string>>): LoadedConfig {
  return loadConfig({
    flags,
    env: process.env,
    readFile: (path) => readFileSync(path, 'utf8'),
    presetsFolder: presetsFolder(),
    ...(supplied === undefined ? {} : { supplied }),
  });
}

/** `supplied`: settings by key that a role brings along. Throws `ConfigError`. */
export function configOf(flags: ConfigFlags, supplied?: Readonly<Record<string, string>>): Config {
  return load(flags, supplied).config;
}

/** For `orcapool config`. Throws `ConfigError`. */
export function readSettings(flags: ConfigFlags): readonly ShownSetting[] {
  return load(flags).inForce;
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
