import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventBus } from '../../../src/events/index.js';
import { HttpServer } from '../../../src/http/index.js';
import { Metrics } from '../../../src/metrics/index.js';
import { LogFacts } from '../../../src/roles/log-facts.js';
import { openShards, ShareShard } from '../../../src/shares/index.js';
import { DEFAULT_LIMITS, Listener } from '../../../src/stratum/index.js';
import { silentLogger, steady } from '../../surroundings.js';
import { scrape } from '../../unit/metrics/scrape.js';
import { FixtureReaders } from '../http/fixture-readers.js';
import { ADDRESS, EASY, GUARD, PLAIN } from './pool-under-test.js';
import { REGTEST, sampleWork } from './sample-work.js';
import { type Line, WireMiner } from './wire-miner.js';

const HARDER = 1.6e-8;
const USER = `${ADDRESS}.rig`;
const KINDS = [
  'good',
  'burst',
  'duplicate',
  'low',
  'uncredited',
  'unknown-job',
  'malformed',
  'stranger',
  'unsubscribed',
  'stale',
] as const;
type Kind = (typeof KINDS)[number];

/** What a client makes of the answers it got: accepted and uncredited look alike to it. */
interface Seen {
  true: number;
  stale: number;
  duplicate: number;
  low: number;
  invalid: number;
  notStored: number;
}

const OUTCOME_OF: Readonly<Record<string, keyof Seen>> = {
  uncredited: 'true',
  duplicate: 'duplicate',
  'low-difficulty': 'low',
  'not-stored': 'notStored',
  stale: 'stale',
  'no-work': 'stale',
  'unknown-job': 'stale',
};

function none(): Seen {
  return { true: 0, stale: 0, duplicate: 0, low: 0, invalid: 0, notStored: 0 };
}

function note(seen: Seen, { result, error }: Line): void {
  const [code, text] = error ?? [0, ''];
  if (result === true) seen.true++;
  else if (code === 21) seen.stale++;
  else if (code === 22) seen.duplicate++;
  else if (code === 23) seen.low++;
  else if (text.startsWith('The share was not stored')) seen.notStored++;
  else seen.invalid++;
}

/** One life of a listener process, in this process: its own shard connection, metrics and bus. */
async function live(folder: string, life: number, kinds: readonly Kind[], seen: Seen, events: Seen) {
  const shard = await ShareShard.open(
    {
      path: join(folder, 'shard-0.sqlite'),
      retentionMs: 86_400_000,
      batchIntervalMs: 3,
      maxUnacknowledged: 2,
    },
    silentLogger,
    steady,
  );
  const metrics = new Metrics(`listener-${life}`, steady);
  const bus = new EventBus({ source: 'listener-0', node: 'node' }, steady, metrics.events);
  const told = bus.subscribe({ capacity: 10_000, events: ['share_submitted'] });
  let extranonce = await shard.reserveExtranonce1(100);
  const listener = new Listener(
    {
      network: REGTEST,
      mode: 'pool',
      startDifficulty: EASY,
      minDifficulty: EASY,
      maxDifficulty: HARDER,
      shareIntervalMs: 10_000,
      versionMask: 0,
      maxConnections: 100,
      extranonce1: { prefix: 0, allocate: () => extranonce++ },
      guard: GUARD,
      highPort: null,
      limits: { ...DEFAULT_LIMITS, staleGraceMs: 0 },
    },
    {
      logger: silentLogger,
      timers: steady,
      sink: shard,
      blocks: { found: () => {}, elsewhere: () => {} },
      events: bus,
      metrics: metrics.stratum,
      transport: PLAIN,
    },
  );
  let tip = 10 * life;
  const setTip = async (): Promise<void> => {
    tip++;
    const work = sampleWork({ job: tip, tip, startMs: Date.now() });
    listener.setWork({ ...work, job: await shard.addJob(work) });
  };
  await setTip();
  const server = createServer();
  listener.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const miner = await WireMiner.connect(port);
  const stranger = await WireMiner.connect(port);
  await miner.logIn(USER);
  let serial = 0;
  const newest = (): Line => miner.lines.findLast(({ method }) => method === 'mining.notify')!;
  const fresh = (): string => (++serial).toString(16).padStart(16, '0');
  const good = (): string[] => miner.grind(newest(), { extranonce2: fresh() });
  let last: readonly string[] = good();
  const submit = async (share: readonly string[], user = USER, from = miner): Promise<void> =>
    note(seen, await from.submit(user, share));
  const wish = async (difficulty: number): Promise<void> => {
    await miner.call('mining.suggest_difficulty', [difficulty]);
  };
  const acts: Readonly<Record<Kind, () => Promise<void>>> = {
    good: async () => {
      last = good();
      await submit(last);
    },
    // More than the log takes at a time: some are not stored.
    burst: async () => {
      await Promise.all(Array.from({ length: 5 }, good).map((share) => submit(share)));
    },
    duplicate: () => submit(last),
    low: () =>
      submit(miner.grind(newest(), { difficulty: 3e-10, notDifficulty: HARDER, extranonce2: fresh() })),
    uncredited: async () => {
      await wish(HARDER);
      const hard = newest();
      await wish(EASY);
      await submit(miner.grind(hard, { difficulty: EASY, notDifficulty: HARDER, extranonce2: fresh() }));
    },
    'unknown-job': () => submit(['ffffffffff', ...good().slice(1)]),
    malformed: () => submit([...good().slice(0, 3), 'no hex']),
    stranger: () => submit(good(), `${ADDRESS}.nobody`),
    unsubscribed: () => submit(good(), USER, stranger),
    stale: async () => {
      const share = good();
      await setTip();
      await new Promise((resolve) => setTimeout(resolve, 5));
      await submit(share);
    },
  };
  // What shares of an earlier connection proved no wish moves, until there is one of this.
  for (const kind of ['good', ...kinds] as const) await acts[kind]();

  miner.end();
  stranger.end();
  server.close();
  await listener.close('over');
  const counted = { ...listener.stats().shares };
  while (told.depth > 0) {
    for (const event of await told.next(1_000)) {
      if (event.event !== 'share_submitted') continue;
      const { accepted, reject_reason } = event.data;
      events[accepted ? 'true' : (OUTCOME_OF[reject_reason!] ?? 'invalid')]++;
    }
  }
  bus.close();
  await shard.close();
  const snapshot = await metrics.snapshot();
  metrics.close();
  return { counted, snapshot };
}

describe('every share that was ever submitted', () => {
  it('is counted once, alike in answers, events, metrics, share log and HTTP, across a restart', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...KINDS), { minLength: 10, maxLength: 30 }),
        fc.array(fc.constantFrom(...KINDS), { minLength: 1, maxLength: 20 }),
        async (before, after) => {
          const folder = mkdtempSync(join(tmpdir(), 'orcapool-counts-'));
          const coordinator = new Metrics('coordinator', steady);
          const log = openShards(folder);
          const fixture = new FixtureReaders(steady);
          const shares = new LogFacts(log, REGTEST, () => Date.now());
          const readers = { ...fixture.readers, shares, metrics: coordinator };
          const deps = { logger: silentLogger, timers: steady, metrics: coordinator.http };
          const http = new HttpServer({ host: '127.0.0.1', port: 0, token: null }, readers, deps);
          try {
            const seen = none();
            const events = none();
            const total: Record<string, number> = {};
            for (const [life, kinds] of [before, after].entries()) {
              const { counted, snapshot } = await live(folder, life, kinds, seen, events);
              coordinator.merge(String(life), snapshot);
              coordinator.retire(String(life));
              for (const [outcome, n] of Object.entries(counted)) total[outcome] = (total[outcome] ?? 0) + n;
            }
            const submitted = Object.values(seen).reduce((sum, n) => sum + n, 0);
            expect(events).toEqual(seen);
            expect({
              true: total.accepted! + total.uncredited!,
              stale: total.stale,
              duplicate: total.duplicate,
              low: total['low-difficulty'],
              invalid: total.invalid,
              notStored: total['not-stored'],
            }).toEqual(seen);
            const stored = log.totals(Date.now());
            expect(stored.counts).toEqual(total);
            expect(log.recentShares(500, null).shares).toHaveLength(total.accepted!);

            const url = `http://127.0.0.1:${await http.listen()}`;
            const { statistics } = (await (await fetch(`${url}/audit`)).json()) as { statistics: object };
            expect(statistics).toMatchObject({
              total_shares: submitted,
              valid_shares: total.accepted,
              uncredited_shares: total.uncredited,
              invalid_shares: seen.stale + seen.duplicate + seen.low + seen.invalid,
              not_stored_shares: seen.notStored,
              invalid_by_reason: {
                stale: seen.stale,
                duplicate: seen.duplicate,
                low_difficulty: seen.low,
                invalid: seen.invalid,
              },
            });
            const series = scrape(await (await fetch(`${url}/metrics`)).text());
            const sum = (name: string): number =>
              [...series].reduce((all, [key, n]) => (key.startsWith(name) ? all + n : all), 0);
            expect(sum('orcapool_shares_total{')).toBe(submitted);
            expect(sum('orcapool_stale_shares_total{')).toBe(seen.stale);
          } finally {
            await http.close();
            log.close();
            fixture.events.close();
            fixture.metrics.close();
            coordinator.close();
            rmSync(folder, { recursive: true, force: true });
          }
        },
      ),
      { numRuns: 4, seed: 7 },
    );
  });
});
