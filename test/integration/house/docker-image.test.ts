/**
 * No container engine runs where this project is tested. So the Dockerfile's steps are replayed in an empty folder and
 * the result is started as docker-compose.yml says, against a real bitcoind started with that file's arguments.
 * `npm ci` is replaced by the packages this clone has installed (replay.ts), production's alone where the image has
 * them alone; system packages, ownership, users and the engine itself are not tried, and docs/operations.md says so.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freePorts } from '../../../src/localnet/index.js';
import { atTestEnd, bitcoindProgram, temporaryFolder } from '../../bitcoind.js';
import { StratumClient } from '../../stratum-client.js';
import { ROOT } from '../../unit/house/repository.js';
import { onThisMachine, type Place, readCompose, type Service } from './compose.js';
import { dockerignore, parseDockerfile } from './dockerfile.js';
import { Replay, type ReplayedImage } from './replay.js';

/** BIP173's P2WPKH example on regtest. */
const MINER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

function read(name: string): string {
  return readFileSync(join(ROOT, name), 'utf8');
}

let scratch: string;
let image: ReplayedImage;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'orcapool-image-'));
  const replay = new Replay(ROOT, dockerignore(read('.dockerignore')), scratch);
  image = await replay.image(parseDockerfile(read('Dockerfile')));
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Path, size and time of every file; links are not followed. */
function snapshot(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { size, mtimeMs } = statSync(path);
      return `${path} ${size} ${mtimeMs}`;
    });
}

type Environment = Readonly<Record<string, string>>;

function start(command: string, args: readonly string[], cwd: string, env: Environment): ChildProcess {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  atTestEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid!, 'SIGKILL');
    await once(child, 'exit');
  });
  return child;
}

/** bitcoind with the arguments of docker-compose.yml. */
async function startBitcoind(service: Service, place: Place, env: Environment): Promise<ChildProcess> {
  const program = await bitcoindProgram();
  const own = [
    `-datadir=${onThisMachine('/home/bitcoin/.bitcoin', service, place)}`,
    `-rpcport=${place.ports.get(18443)}`,
    '-listen=0',
  ];
  const given = service.command!.map((argument) => onThisMachine(argument, service, place));
  return start(program.command, [...program.args, ...given, ...own], place.folder, env);
}

/** The pool as the image starts it; resolves when it says that it is up. */
async function startPool(env: Environment): Promise<ChildProcess> {
  const [node, ...args] = image.command;
  expect(node).toBe('node');
  const child = start(process.execPath, args, join(image.root, image.workdir), env);
  let said = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  while (!said.includes('the node is up')) {
    if (child.exitCode !== null) throw new Error(`the node ended at start:\n${said}`);
    await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')]);
  }
  return child;
}

/** A health check's command, run beside the pool; true for healthy. */
async function healthy(command: readonly string[], env: Environment): Promise<boolean> {
  const [node, ...args] = command.map((word) =>
    word.replace('127.0.0.1:8080', `127.0.0.1:${env.ORCAPOOL_HTTP_PORT}`),
  );
  expect(node).toBe('node');
  const [exitCode] = await once(start(process.execPath, args, '/', env), 'exit');
  return exitCode === 0;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error('waited 20 s');
    await sleep(100);
  }
}

it('makes an image of the production files alone, run by nobody of importance', () => {
  const app = join(image.root, image.workdir);
  expect(readdirSync(image.root)).toEqual(['app']);
  expect(readdirSync(app).sort()).toEqual([
    'LICENSE',
    'build',
    'config',
    'node_modules',
    'package.json',
    'vendor',
  ]);
  expect(readdirSync(join(app, 'build'))).toEqual(['src']);
  // With the compiler that this clone's own build found.
  const addOn = 'build/src/lib/sha256/share-hash.node';
  if (existsSync(join(ROOT, addOn))) expect(existsSync(join(app, addOn))).toBe(true);
  const packages = readdirSync(join(app, 'node_modules'));
  expect(packages).toEqual(expect.arrayContaining(['better-sqlite3', 'zeromq', 'zod']));
  expect(packages.filter((name) => ['typescript', 'jest', '@biomejs', 'esbuild'].includes(name))).toEqual([]);
  expect({ user: image.user, ports: image.ports, volumes: image.volumes }).toEqual({
    user: 'node',
    ports: [34255, 8080],
    volumes: ['/data'],
  });
  expect(image.notRun).toEqual([
    'apt-get update && apt-get install -y --no-install-recommends g++ make python3 && rm -rf /var/lib/apt/lists/*',
    'mkdir /data && chown node:node /data',
  ]);
  const operations = read('docs/operations.md');
  for (const step of image.notRun) expect(operations).toContain(`- \`${step}\`\n`);
});

it('serves a miner from what the Dockerfile makes, as docker-compose.yml starts it, and leaves the image as it was', async () => {
  const { bitcoind, pool } = readCompose().services;
  const [rpc, zmq, stratum, http] = (await freePorts(4)) as [number, number, number, number];
  const folder = await temporaryFolder();
  const place: Place = {
    folder,
    ports: new Map([
      [18443, rpc],
      [28332, zmq],
    ]),
  };
  for (const volume of [...bitcoind.volumes, ...pool.volumes]) {
    mkdirSync(join(folder, volume.split(':')[0]!), { recursive: true });
  }
  const system = { PATH: process.env.PATH ?? '', HOME: await temporaryFolder() };
  const chain = await startBitcoind(bitcoind, place, system);

  const settings = Object.entries({ ...image.env, ...pool.environment }).map(
    ([name, value]) => [name, onThisMachine(value, pool, place)] as const,
  );
  const env = {
    ...system,
    ...Object.fromEntries(settings),
    ORCAPOOL_STRATUM_HOST: '127.0.0.1',
    ORCAPOOL_STRATUM_PORT: String(stratum),
    ORCAPOOL_HTTP_HOST: '127.0.0.1',
    ORCAPOOL_HTTP_PORT: String(http),
  };
  const before = snapshot(image.root);
  const node = await startPool(env);

  const miner = await StratumClient.login(stratum, `${MINER}.rig1`);
  expect(miner.extranonce1).toMatch(/^[0-9a-f]{8}$/);
  expect(miner.job.prevHash).toMatch(/^[0-9a-f]{64}$/);
  miner.close();

  const readiness = pool.healthcheck.test.slice(1);
  await until(() => healthy(readiness, env));
  expect(await healthy(image.healthcheck, env)).toBe(true);
  chain.kill('SIGKILL');
  await until(async () => !(await healthy(readiness, env)));
  // Nothing may restart a pool for its bitcoind's sake.
  expect(await healthy(image.healthcheck, env)).toBe(true);

  node.kill('SIGTERM');
  const [exitCode] = await once(node, 'exit');
  expect(exitCode).toBe(0);
  expect(await healthy(image.healthcheck, env)).toBe(false);
  expect(snapshot(image.root)).toEqual(before);
  expect(readdirSync(join(folder, 'pool-data'))).toContain('shares');
});
