/**
 * Compiles share-hash.c with the machine's C compiler into build/src/lib/sha256/share-hash.node, where
 * src/lib/sha256/add-on.ts looks for it; `npm run build` runs it. The headers come from the package node-api-headers,
 * so nothing is downloaded. It always ends with code 0: without the add-on shares are hashed in JavaScript, and this
 * says why. `CC` names another compiler. An add-on newer than its sources is left alone; an older one goes.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const SOURCE = here('share-hash.c');
const OUTPUT = here('../build/src/lib/sha256/share-hash.node');
const FLAGS = ['-std=c11', '-O2', '-fPIC', '-shared', '-fvisibility=hidden', '-Wall', '-Wextra'];
// Node's own symbols are found when it loads the add-on.
if (process.platform === 'darwin') FLAGS.push('-undefined', 'dynamic_lookup');
const PATIENCE_MS = 60_000;

function changedMs(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function includeFolder() {
  return createRequire(import.meta.url)('node-api-headers').include_dir;
}

/** Throws the compiler's own words. The output appears whole or not at all. */
function compile(compiler) {
  const unfinished = `${OUTPUT}.${process.pid}`;
  mkdirSync(dirname(OUTPUT), { recursive: true });
  try {
    const args = [...FLAGS, '-DNAPI_VERSION=8', '-I', includeFolder(), '-o', unfinished, SOURCE];
    execFileSync(compiler, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: PATIENCE_MS,
      encoding: 'utf8',
    });
    renameSync(unfinished, OUTPUT);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** Why there is no add-on now; null when there is one. */
function make() {
  rmSync(OUTPUT, { force: true });
  const compilers = process.env.CC ? [process.env.CC] : ['cc', 'gcc', 'clang'];
  for (const compiler of compilers) {
    try {
      compile(compiler);
      return null;
    } catch (error) {
      if (error.code !== 'ENOENT') return `${error.stderr || error.message}`.trim();
    }
  }
  return `no C compiler (${compilers.join(', ')}): apt-get install g++ and npm run build`;
}

const useful = process.arch === 'x64' && process.platform !== 'win32';
if (useful && changedMs(OUTPUT) <= Math.max(changedMs(SOURCE), changedMs(fileURLToPath(import.meta.url)))) {
  const problem = make();
  if (problem !== null) {
    console.error(`Shares will be hashed in JavaScript, the add-on was not compiled: ${problem}`);
  }
}
