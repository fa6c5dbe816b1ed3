export type { Config, PoolMode, SoloMode, TaskPoolMode } from './config.js';
export type { Problem } from './layer.js';
export {
  ConfigError,
  type ConfigSources,
  type LoadedConfig,
  loadConfig,
  type SettingInForce,
  salvageConfig,
} from './load-config.js';
export { presetsFolder } from './presets-folder.js';
export { redacted } from './redacted.js';
