/**
 * Compiles share-hash.c with the machine's C compiler into build/src/lib/sha256/share-hash.node, where
 * src/lib/sha256/add-on.ts looks for it; `npm run build` runs it. The headers come from the package node-api-headers,
 * so nothing is downloaded. It always ends with code 0: without the add-on shares are hashed in JavaScript, and this
 * says why. `CC` names another compiler. Its SHA-256 is written beside it, and nothing else is ever loaded: a damaged one
 * would end the pool with SIGBUS. An add-on newer than its sources, and as it was compiled, is left alone; another goes.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const SOURCE = here('share-hash.c');
const OUTPUT = here('../build/src/lib/sha256/share-hash.node');
const CHECKSUM = `${OUTPUT}.sha256`;
const FLAGS = ['-std=c11', '-O2', '-fPIC', '-shared', '-fvisibility=hidden', '-Wall', '-Wextra'];
// Node's own symbols are found when it loads the add-on.
if (process.platform === 'darwin') FLAGS.push('-undefined', 'dynamic_lookup');
const PATIENCE_MS = 60_000;

function changedMs(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function sha256Of(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function isAsCompiled() {
  try {
    return sha256Of(OUTPUT) === readFileSync(CHECKSUM, 'utf8').trim();
  } catch {
    // One of the two is not there.
    return false;
  }
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
    writeFileSync(CHECKSUM, `${sha256Of(unfinished)}\n`);
    renameSync(unfinished, OUTPUT);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** Why there is no add-on now; null when there is one. */
function make() {
  for (const old of [OUTPUT, CHECKSUM]) rmSync(old, { force: true });
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
const sourceMs = Math.max(changedMs(SOURCE), changedMs(fileURLToPath(import.meta.url)));
if (useful && (changedMs(OUTPUT) <= sourceMs || !isAsCompiled())) {
  const problem = make();
  if (problem !== null) {
    console.error(`Shares will be hashed in JavaScript, the add-on was not compiled: ${problem}`);
  }
}
