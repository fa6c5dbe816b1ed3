/** Node itself and the modules that are compiled for it. */
import { errorMessage } from '../../lib/index.js';
import { type Finding, fail, ok } from './finding.js';

/** Of package.json's `engines`. */
const LEAST = [20, 19] as const;

/** `version` as `process.versions.node` has it. */
export function checkNodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
  return enough
    ? ok('node', `version ${version}`)
    : fail('node', `version ${version} is too old`, `install Node.js ${LEAST.join('.')} or newer`);
}

export interface NativeModule {
  readonly name: string;
  /** Loads the module and uses it once; resolves to its version. */
  load(): Promise<string>;
}

export async function checkNativeModules(modules: readonly NativeModule[]): Promise<Finding> {
  const about = 'native modules';
  const loaded: string[] = [];
  const broken: string[] = [];
  const reasons: string[] = [];
  for (const { name, load } of modules) {
    try {
      loaded.push(`${name} ${await load()}`);
    } catch (error) {
      broken.push(name);
      reasons.push(`${name} does not load: ${errorMessage(error).split('\n')[0]}`);
    }
  }
  if (broken.length === 0) return ok(about, loaded.join(', '));
  const todo = `npm rebuild ${broken.join(' ')}   (to compile: apt-get install g++ make python3)`;
  return fail(about, reasons.join('\n'), todo);
}

export const NATIVE_MODULES: readonly NativeModule[] = [
  {
    name: 'better-sqlite3',
    async load() {
      const { default: Database } = await import('better-sqlite3');
      const database = new Database(':memory:');
      try {
        return `with SQLite ${database.prepare('select sqlite_version()').pluck().get()}`;
      } finally {
        database.close();
      }
    },
  },
  {
    name: 'zeromq',
    async load() {
      const { version } = await import('zeromq');
      return `with libzmq ${version}`;
    },
  },
];
