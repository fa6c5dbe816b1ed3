/** The configuration of this process: its flags, its environment, its files. */
import { readFileSync } from 'node:fs';
import type { ConfigFlags, ShownSetting } from '../cli/index.js';
import { type Config, type LoadedConfig, loadConfig, presetsFolder } from '../config/index.js';

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
