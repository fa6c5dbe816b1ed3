import { expect, it } from '@jest/globals';
import { ManualClock } from '../../../src/lib/index.js';
import { FoundBlocks } from '../../../src/roles/found-blocks.js';
import { LockedShards } from '../../../src/roles/locked-shards.js';
import type { StoredBlock } from '../../../src/shares/index.js';
import { KeptLog } from '../../surroundings.js';

it('a locked shard is waited for at a start, for twenty seconds at most', async () => {
  const clock = new ManualClock(0);
  let ready = false;
  const log = new KeptLog();
  const locked = new LockedShards({ busy: ['shard-1'], look: () => ready }, log, clock);
  let waited = false;
  const waiting = locked.wait().then(() => {
    waited = true;
  });
  await clock.advance(5_000);
  expect(waited).toBe(false);
  ready = true;
  await clock.advance(200);
  await waiting;

  ready = false;
  const inVain = locked.wait();
  // Step by step, as time passes: every five seconds it is told, as it was the first time.
  for (let passedMs = 0; passedMs < 20_100; passedMs += 100) await clock.advance(100);
  await inVain;
  expect(log.texts).toEqual(
    Array.from({ length: 4 }, () =>
      expect.stringMatching(/^warn waiting for shards that are locked.*shard-1/),
    ),
  );
});

it('a shard that stays locked is told once, and when it can be read again', async () => {
  const clock = new ManualClock(0);
  const log = new KeptLog();
  let busy: string[] = [];
  const locked = new LockedShards(
    {
      get busy() {
        return busy;
      },
      look: () => true,
    },
    log,
    clock,
  );
  const pass = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds; i++) {
      await clock.advance(1_000);
      locked.tick();
    }
  };
  busy = ['shard-0'];
  await pass(5);
  busy = [];
  await pass(1);
  expect(log.lines).toEqual([]);
  busy = ['shard-0'];
  await pass(30);
  busy = [];
  await pass(5);
  expect(log.texts).toEqual([
    expect.stringMatching(/^warn the shard is locked by its writer .*"shard-0"/),
    expect.stringMatching(/^info the shard can be read again .*"shard-0"/),
  ]);
});

it('blocks of a shard that was locked are looked for from the same time on once it can be read', () => {
  const block = { hash: new Uint8Array(32), height: 1, worker: 'rig', foundMs: 5 } as StoredBlock;
  const shares = {
    busy: ['shard-0'],
    blocks(sinceMs: number): StoredBlock[] {
      return this.busy.length === 0 && block.foundMs >= sinceMs ? [block] : [];
    },
  };
  const accepted: number[] = [];
  const submitter = {
    accept({ height }: { height: number }) {
      accepted.push(height);
      return block.hash;
    },
  };
  const noted = { note: () => {}, read: () => [] };
  const blocks = new FoundBlocks(submitter, noted, shares);
  blocks.acceptStored(0);
  shares.busy = [];
  blocks.acceptStored(1_000);
  blocks.acceptStored(1_000);
  expect(accepted).toEqual([1]);
});
