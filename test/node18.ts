/**
 * The Node that runs the Koii task's bundle in tests: 18.12.1, as in Koii's desktop node (Electron 23). The npm package `node` brings one,
 * and is kept beside the other fetched programs, outside any clone: as a dependency it would take the name `node` in
 * every script. NODE18 names another. Without either the tests fail, since they would say nothing about Koii's Node.
 */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errorCode, errorMessage } from '../src/lib/index.js';
import { cacheFolder } from '../src/localnet/index.js';

const run = promisify(execFile);
const VERSION = '18.12.1';
const FETCH_MS = 120_000;

let program: Promise<string> | undefined;

/** Its path. Looked for once per test file; the first run on a machine fetches it. */
export function node18(): Promise<string> {
  program ??= find(process.env);
  return program;
}

async function find(env: NodeJS.ProcessEnv): Promise<string> {
  if (env.NODE18 !== undefined && env.NODE18 !== '') return await checked(env.NODE18);
  const cache = cacheFolder(env);
  const home = join(cache, `node-${VERSION}-${process.platform}-${process.arch}`);
  const path = join(home, 'node_modules', 'node', 'bin', 'node');
  if (!(await isThere(path))) {
    process.stderr.write(`fetching node@${VERSION} from the npm registry, once\n`);
    await fetchInto(cache, home);
  }
  return await checked(path);
}

/** Two test files may do so at once: whoever is second finds it there. */
async function fetchInto(cache: string, home: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(`${home}-`);
  try {
    const args = [
      'install',
      '--prefix',
      draft,
      '--no-audit',
      '--no-fund',
      '--global=false',
      `node@${VERSION}`,
    ];
    await run('npm', args, { cwd: draft, timeout: FETCH_MS });
    await rename(draft, home);
  } catch (error) {
    const isThere = ['ENOTEMPTY', 'EEXIST'].includes(String(errorCode(error)));
    if (!isThere) {
      throw new Error(
        `node@${VERSION} cannot be had from the npm registry; name one with NODE18=/path/to/node: ${errorMessage(error)}`,
      );
    }
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function checked(path: string): Promise<string> {
  const { stdout } = await run(path, ['--version']);
  if (stdout.startsWith('v18.')) return path;
  throw new Error(`${path} is Node ${stdout.trim()}, and Koii's is 18`);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
