/** Job ids over the end of a listener: the share log is the real one, reopened as after a restart. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { ManualClock } from '../../../src/lib/index.js';
import type { ShareShard } from '../../../src/shares/index.js';
import { DEFAULT_LIMITS, Listener } from '../../../src/stratum/index.js';
import { silentLogger } from '../../surroundings.js';
import { newFolder, openShard } from '../shares/shard-test.js';
import { MemoryShareSink } from './memory-share-sink.js';
import { ADDRESS, EASY, GUARD, PLAIN } from './pool-under-test.js';
import { REGTEST, START_MS, sampleWork } from './sample-work.js';
import { WireMiner } from './wire-miner.js';

/** The ids that three miners get for three works, one of them again after 30 s. */
async function idsOf(shard: ShareShard, prefix: number, startMs: number): Promise<string[]> {
  const clock = new ManualClock(startMs);
  const sink = new MemoryShareSink();
  let extranonce = 0;
  const listener = new Listener(
    {
      network: REGTEST,
      mode: 'pool',
      startDifficulty: EASY,
      minDifficulty: EASY,
      maxDifficulty: 1e6,
      shareIntervalMs: 10_000,
      versionMask: 0,
      maxConnections: 10,
      extranonce1: { prefix, allocate: () => extranonce++ },
      limits: DEFAULT_LIMITS,
      guard: GUARD,
      highPort: null,
    },
    {
      logger: silentLogger,
      timers: clock,
      sink,
      blocks: sink.blocks,
      events: sink,
      metrics: null,
      transport: PLAIN,
    },
  );
  const server = createServer();
  listener.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const setWork = async (): Promise<void> => {
    const work = sampleWork({ job: 0, tip: 1 });
    listener.setWork({ ...work, job: await shard.addJob(work) });
  };
  await setWork();
  const miners: WireMiner[] = [];
  for (let i = 0; i < 3; i++) miners.push(await WireMiner.connect((server.address() as AddressInfo).port));
  for (const miner of miners) await miner.logIn(ADDRESS);
  for (let i = 0; i < 2; i++) {
    await setWork();
    for (const miner of miners) await miner.next('mining.notify');
  }
  for (let seconds = 0; seconds < 30; seconds++) clock.advance(1_000);
  for (const miner of miners) await miner.next('mining.notify');
  const ids = miners.flatMap(({ lines }) =>
    lines.filter(({ method }) => method === 'mining.notify').map(({ params }) => String(params![0])),
  );
  for (const miner of miners) miner.end();
  server.close();
  await listener.close('the test is over');
  return ids;
}

it('no job id is sent twice, by whichever listener, after a restart, or after one with the clock set back', async () => {
  const folder = newFolder();
  const given: string[] = [];
  for (const startMs of [START_MS, START_MS + 31_000, START_MS, START_MS - 3_600_000]) {
    for (const index of [0, 1]) {
      const shard = await openShard(join(folder, `shard-${index}.sqlite`));
      given.push(...(await idsOf(shard, index, startMs)));
      await shard.close();
    }
  }
  // Four starts of two listeners, three miners with four jobs each.
  expect(given).toHaveLength(4 * 2 * 3 * 4);
  expect(new Set(given).size).toBe(given.length);
  expect(given.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
});
