/** Configuration sources made of literals: files by path, no environment, no flags unless given. */
import { readFileSync } from 'node:fs';
import type { ConfigSources } from '../../../src/config/index.js';
import { presetsFolder } from '../../../src/config/index.js';

interface Literals {
  readonly file?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: Readonly<Record<string, string>>;
  readonly supplied?: Readonly<Record<string, string>>;
}

export const TASK_ID = '11'.repeat(32);
export const NODE_KEY = '22'.repeat(32);

/** What pool mode needs beside a network. */
export const POOL_ENV = {
  ORCAPOOL_POOL_RESERVEADDRESS: 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
  ORCAPOOL_POOL_TASKID: TASK_ID,
  ORCAPOOL_POOL_NODEKEY: NODE_KEY,
} as const;

/** The presets are the real files; `file` is the YAML behind `--config pool.yaml`. */
export function sources({ file, files = {}, env = {}, flags = {}, supplied }: Literals): ConfigSources {
  const byPath: Record<string, string> = file === undefined ? { ...files } : { ...files, 'pool.yaml': file };
  return {
    flags: {
      file: file === undefined ? null : 'pool.yaml',
      settings: Object.entries(flags).map(([key, text]) => ({ key, text, from: `--set ${key}` })),
    },
    env,
    readFile: (path) => byPath[path] ?? readFileSync(path, 'utf8'),
    presetsFolder: presetsFolder(),
    ...(supplied === undefined ? {} : { supplied }),
  };
}
