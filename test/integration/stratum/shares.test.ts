import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ADDRESS, PoolUnderTest } from './pool-under-test.js';
import { sampleWork } from './sample-work.js';

let pool: PoolUnderTest;

beforeEach(async () => {
  pool = await PoolUnderTest.open();
  pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
});

afterEach(() => pool.close());

describe('a share over a real socket', () => {
  it('mined from the notify alone is accepted, and appended with everything that recomputes it', async () => {
    const miner = await pool.miner();
    const notify = await miner.logIn(`${ADDRESS}.rig1`);
    const share = miner.grind(notify);
    const reply = await miner.submit(`${ADDRESS}.rig1`, share);
    expect(reply).toEqual({ id: 3, result: true, error: null });
    expect(pool.sink.committed).toHaveLength(1);
  });
});
