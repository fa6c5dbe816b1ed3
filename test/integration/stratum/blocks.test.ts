import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeHeader, difficultyOfBits, difficultyOfHash, foldBranch } from '../../../src/bitcoin/index.js';
import { fromHex, sha256d, toDisplayHex, toHex } from '../../../src/lib/index.js';
import { parseNotify } from '../../../src/miner/index.js';
import { ADDRESS, PoolUnderTest } from './pool-under-test.js';
import { REGTEST, sampleWork } from './sample-work.js';
import type { Line, WireMiner } from './wire-miner.js';

const USER = `${ADDRESS}.rig1`;
/** The network's own target, which every second hash meets: 0x7fffff·2²³², difficulty 4.66e-10. */
const BLOCK = 4.65e-10;

let pool: PoolUnderTest;
let miner: WireMiner;
let notify: Line;

beforeEach(async () => {
  pool = await PoolUnderTest.open({ network: { ...REGTEST, blockTargetBits: null } });
  pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
  miner = await pool.miner();
  notify = await miner.logIn(USER);
});

afterEach(() => PoolUnderTest.closeAll());

describe('a share that is a block', () => {
  it('is handed on first, stored second, and then logged as a share', async () => {
    expect((await miner.submit(USER, miner.grind(notify))).result).toBe(true);
    expect(pool.sink.calls).toEqual(['found', 'block', 'append']);
  });

  it('is handed on with all that makes the block but the transactions', async () => {
    const share = miner.grind(notify);
    await miner.submit(USER, share);
    const [found] = pool.sink.found;
    const wire = parseNotify(notify.params);
    const coinbase = fromHex(toHex(wire.coinbase1) + miner.extranonce1 + share[1] + toHex(wire.coinbase2));
    expect(toHex(found!.coinbase)).toBe(toHex(coinbase));
    expect(toHex(sha256d(found!.header))).toBe(toHex(found!.hash));
    expect(toHex(decodeHeader(found!.header).merkleRoot)).toBe(
      toHex(foldBranch(sha256d(coinbase), wire.branch)),
    );
    expect(found).toMatchObject({
      templateId: '0000000000000001',
      hasWitnessCommitment: true,
      height: 101,
      worker: USER,
      foundMs: pool.clock.nowMs(),
    });
    expect(pool.sink.stored).toEqual(pool.sink.found);
    expect(pool.sink.eventsOf('block_found')).toMatchObject([
      {
        user: ADDRESS,
        worker: 'rig1',
        height: 101,
        hash: toDisplayHex(found!.hash),
        reward_sats: '5000000000',
      },
    ]);
  });

  it('is tried even when the share is stale, and refused only once it is stored', async () => {
    pool.listener.setWork(sampleWork({ job: 2, tip: 2 }));
    pool.clock.advance(6_000);
    pool.sink.autoCommit = false;
    const reply = miner.submit(USER, miner.grind(notify));
    await miner.call('mining.suggest_difficulty', [1e-9]);
    expect(pool.sink.calls).toEqual(['found', 'block']);
    expect(miner.lines.some(({ error }) => error?.[0] === 21)).toBe(false);
    pool.sink.commit();
    expect((await reply).error?.[0]).toBe(21);
  });

  it('is tried even when the share misses its own difficulty', async () => {
    const share = miner.grind(notify, { difficulty: BLOCK, notDifficulty: 1e-9 });
    expect((await miner.submit(USER, share)).error?.[0]).toBe(23);
    expect(pool.sink.found).toHaveLength(1);
  });

  it('is tried even when its version bits are not the miner’s to roll', async () => {
    const share = miner.grind(notify, { versionBits: 4 });
    expect((await miner.submit(USER, share)).error?.[0]).toBe(20);
    expect(decodeHeader(pool.sink.found[0]!.header).version).toBe(0x20000004);
  });

  it('is tried under a name that never logged in, which gets error 24 for anything else', async () => {
    const ordinary = miner.grind(notify, { difficulty: 1e-10, notDifficulty: BLOCK });
    expect((await miner.submit(`${ADDRESS}.stranger`, ordinary)).error?.[0]).toBe(24);
    expect(pool.sink.found).toEqual([]);
    expect(pool.sink.calls).toEqual([]);
    expect((await miner.submit(`${ADDRESS}.stranger`, miner.grind(notify))).result).toBe(true);
    expect(pool.sink.found).toHaveLength(1);
    expect(pool.sink.found[0]!.worker).toBe(USER);
  });

  it('is tried of who has its session back and has not logged in yet, which is refused all the same', async () => {
    const share = miner.grind(notify);
    const { result } = miner.lines.find((line) => Array.isArray(line.result))!;
    const [[, [, sessionId]]] = result as [[unknown, [string, string]], string];
    miner.end();
    while (pool.listener.stats().connections > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    const back = await pool.miner();
    await back.call('mining.subscribe', ['wire-miner/1', sessionId]);
    expect((await back.submit(USER, share)).error?.[0]).toBe(24);
    expect(pool.sink.calls).toEqual(['found', 'block']);
    expect(pool.sink.found).toMatchObject([{ worker: USER, height: 101 }]);
    const [found] = pool.sink.found;
    expect(pool.sink.eventsOf('block_found')).toEqual([
      {
        user: ADDRESS,
        worker: 'rig1',
        height: 101,
        hash: toDisplayHex(found!.hash),
        diff: difficultyOfHash(found!.hash),
        network_diff: difficultyOfBits(0x207fffff),
        reward_sats: '5000000000',
        coinbase_sig: '',
      },
    ]);
    expect(pool.listener.stats().blocks).toBe(1);
    await back.submit(USER, share);
    expect(pool.sink.eventsOf('block_found')).toHaveLength(1);
    expect(pool.listener.stats().blocks).toBe(1);
  });

  it.each(['in one write with it', 'behind it'])(
    'is tried while a login on its line waits for the disk, %s, and is one block and one share in its turn',
    async (how) => {
      await miner.call('mining.authorize', [`${ADDRESS}.rig3`, 'x']);
      let open = (): void => {};
      pool.sink.gate = new Promise((resolve) => {
        open = resolve;
      });
      const share = miner.grind(notify);
      const logIn = `{"id":70,"method":"mining.authorize","params":["${ADDRESS}.rig2","x"]}\n`;
      const submit = `${JSON.stringify({ id: 71, method: 'mining.submit', params: [`${ADDRESS}.rig3`, ...share] })}\n`;
      if (how === 'behind it') {
        miner.write(logIn);
        await new Promise((resolve) => setTimeout(resolve, 50));
        // In pieces: each line is looked at once.
        for (const character of submit) {
          miner.write(character);
          await new Promise((resolve) => setImmediate(resolve));
        }
      } else miner.write(logIn + submit);
      for (let waits = 0; pool.sink.found.length === 0 && waits < 100; waits++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      expect(pool.sink.calls).toEqual(['found', 'block']);
      expect(pool.sink.found).toMatchObject([{ worker: `${ADDRESS}.rig3` }]);
      expect(miner.lines.some(({ id }) => id === 70)).toBe(false);
      open();
      expect((await miner.answer(71)).result).toBe(true);
      expect(pool.sink.calls).toEqual(['found', 'block', 'append']);
      expect(pool.sink.committed).toHaveLength(1);
    },
  );

  it('is tried even while the pool has no work', async () => {
    pool.listener.setNoWork('no bitcoind answers');
    expect((await miner.submit(USER, miner.grind(notify))).error?.[0]).toBe(21);
    expect(pool.sink.found).toHaveLength(1);
  });

  it('is found once, however often it is submitted', async () => {
    const share = miner.grind(notify);
    for (let i = 0; i < 3; i++) await miner.submit(USER, share);
    expect(pool.sink.found).toHaveLength(1);
    expect(pool.listener.stats().blocks).toBe(1);
  });

  it('that the share log cannot take is handed on all the same', async () => {
    pool.sink.autoCommit = false;
    const reply = miner.submit(USER, miner.grind(notify));
    await miner.call('mining.suggest_difficulty', [1e-9]);
    pool.sink.fail(new Error('the disk is full'));
    expect((await reply).error?.[0]).toBe(20);
    expect(pool.sink.found).toHaveLength(1);
  });
});
