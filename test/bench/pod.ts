/**
 * The pool in a pod of 512 MiB, with the settings that `docs/performance.md` gives for one: how many connections it
 * holds at which rate of shares, and what becomes of more. It must refuse by its own bounds (places, unread answers)
 * and never be killed: a row in which the kernel had to is none. Without control groups (root, Linux) nothing limits the
 * pool, the row says so, and its resident memory is the figure.
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { measured, moment, withMiners } from './bed.js';
import { type BenchPool, DIFFICULTY } from './load/bench-pool.js';
import { MemoryLimit } from './load/memory-limit.js';
import { payoutAddress } from './load/payout-addresses.js';
import { PER_ADDRESS, sourceAddress } from './load/source-addresses.js';
import type { Measurement } from './measurement.js';
import type { Scale } from './scale.js';

const LIMIT_BYTES = 512 << 20;
/** What the guide for small pods says: `docs/performance.md`. */
const PLACES = 10_000;
const ENV = { ORCAPOOL_STRATUM_PENDINGMEBIBYTES: '32' };
/** The last: as many strangers as one listener has places for where a process may have 20,000 descriptors. */
const MINERS = [1_000, 5_000, 9_500];
/** What vardiff wants of 10,000, one share each in ten seconds; and five times that. */
const RATES = [1_000, 5_000];
/** The load's miners are strangers for ever, who have half of a node's places: they get twice as many. */
const STRANGERS = 2;
const TOO_MANY = 1.2;
/** Addresses of their own, behind those of the load. */
const DEAF_SOURCE = 1 << 12;
const DEAF = 4_000;
const DEAF_LASTING_MS = 8_000;

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

function memoryText(pool: BenchPool, limit: MemoryLimit | null): string {
  const resident = pool.residentBytes();
  const sum = resident.reduce((all, each) => all + each, 0);
  const text = `resident ${mebibytes(sum)} (${resident.map(mebibytes).join(' + ')})`;
  if (limit === null) return `no control groups here: not limited; ${text}`;
  return `${text}, with pages of files at most ${mebibytes(limit.peakBytes())} of ${mebibytes(LIMIT_BYTES)}`;
}

function wantAlive(pool: BenchPool, limit: MemoryLimit | null): void {
  if (limit !== null && limit.kills() > 0) throw new Error('the kernel killed a process of the pod');
  if (!pool.isWhole) throw new Error('a process of the pod ended');
}

/** Within a limit of its own, which is gone afterwards. */
async function inPod<Result>(work: (limit: MemoryLimit | null) => Promise<Result>): Promise<Result> {
  const limit = MemoryLimit.make(LIMIT_BYTES);
  try {
    return await work(limit);
  } finally {
    limit?.remove();
  }
}

function held(folder: string, connections: number, scale: Scale): Promise<Measurement[]> {
  return inPod((limit) => {
    const pool = { listeners: 1, maxConnections: STRANGERS * PLACES, env: ENV, memory: limit };
    return withMiners(folder, { connections, loads: 1, pool }, async ({ pool, load }) => {
      const rows: Measurement[] = [];
      for (const perSecond of RATES) {
        const { lastingMs } = scale;
        await load.prepare(Math.ceil((1.05 * perSecond * lastingMs) / 1000 / connections));
        const what = `512 MiB: ${connections.toLocaleString('en-US')} miners, ${perSecond.toLocaleString('en-US')} shares a second`;
        const id = `pod/${connections}/${perSecond}`;
        const row = await measured({ id, bench: 'pod', what }, pool, () => load.pace(perSecond, lastingMs));
        wantAlive(pool, limit);
        const { rssBytes } = pool.usage();
        rows.push({ ...row, connections, rssBytes, note: `${memoryText(pool, limit)}; ${row.note}` });
      }
      return rows;
    });
  });
}

/** More miners than there are places. */
function offeredMore(folder: string, places: number): Promise<Measurement[]> {
  const connections = Math.ceil(TOO_MANY * places);
  return inPod((limit) => {
    const pool = { listeners: 1, maxConnections: STRANGERS * places, env: ENV, memory: limit };
    const bed = { connections, loads: 1, mayBeRefused: true, pool };
    return withMiners(folder, bed, async ({ pool, opened }) => {
      await sleep(2_000);
      wantAlive(pool, limit);
      const drops = await pool.drops();
      const refused = [...drops].map(([reason, times]) => `${times} ${reason}`).join(', ');
      if (opened.connections > places || drops.size === 0) {
        throw new Error(
          `${opened.connections} miners are in a pod for ${places}; refused: ${refused || 'nobody'}`,
        );
      }
      const what = `512 MiB: ${connections.toLocaleString('en-US')} miners come to ${places.toLocaleString('en-US')} places`;
      const note = `${opened.connections.toLocaleString('en-US')} stay; ended or refused: ${refused}; ${memoryText(pool, limit)}`;
      return [
        {
          ...moment({ id: 'pod/more', bench: 'pod', what, note }, null, null, { refused: 0, lost: 0 }),
          connections: opened.connections,
        },
      ];
    });
  });
}

/** Miners that ask on and on and read nothing of what they are answered, beside as many that work. */
function unread(folder: string, connections: number, scale: Scale): Promise<Measurement[]> {
  return inPod((limit) => {
    const pool = { listeners: 1, maxConnections: STRANGERS * PLACES, env: ENV, memory: limit };
    return withMiners(folder, { connections, loads: 1, pool }, async ({ pool, load }) => {
      const perSecond = RATES[0]!;
      await load.prepare(Math.ceil((2 * perSecond * DEAF_LASTING_MS) / 1000 / connections));
      const deaf = shout(pool.port, scale.of(DEAF));
      try {
        const what = `512 MiB: ${connections.toLocaleString('en-US')} miners, ${perSecond.toLocaleString('en-US')} shares a second, beside ${deaf.length.toLocaleString('en-US')} that read nothing`;
        const row = await measured({ id: 'pod/unread', bench: 'pod', what }, pool, () =>
          load.pace(perSecond, DEAF_LASTING_MS),
        );
        wantAlive(pool, limit);
        const ended = [...(await pool.drops())].map(([reason, times]) => `${times} ${reason}`).join(', ');
        const note = `ended: ${ended || 'nobody'}; ${memoryText(pool, limit)}; ${row.note}`;
        return [{ ...row, rssBytes: pool.usage().rssBytes, note }];
      } finally {
        for (const socket of deaf) socket.destroy();
      }
    });
  });
}

function shout(port: number, count: number): Socket[] {
  const login = `{"id":1,"method":"mining.subscribe","params":["deaf/1"]}\n{"id":2,"method":"mining.authorize","params":["${payoutAddress(0)}.deaf","d=${DIFFICULTY}"]}\n`;
  const line = `{"id":3,"method":"mining.get_transactions","params":["${'0'.repeat(800)}"]}\n`;
  return Array.from({ length: count }, (_, i) => {
    const localAddress = sourceAddress(DEAF_SOURCE + Math.floor(i / PER_ADDRESS));
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    socket.pause();
    socket.on('error', () => socket.destroy());
    socket.write(login + line.repeat(500));
    return socket;
  });
}

export async function benchPod(folder: string, scale: Scale): Promise<Measurement[]> {
  const rows: Measurement[] = [];
  const sizes = scale.quick ? [scale.of(MINERS[0]!)] : MINERS;
  for (const miners of sizes) rows.push(...(await held(`${folder}/${miners}`, miners, scale)));
  rows.push(...(await offeredMore(`${folder}/more`, scale.of(PLACES))));
  rows.push(...(await unread(`${folder}/unread`, scale.of(MINERS[1]!), scale)));
  return rows;
}
