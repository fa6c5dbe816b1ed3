import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bitsOfDifficulty } from '../../../src/bitcoin/index.js';
import { fromHex, sha256d, toHex } from '../../../src/lib/index.js';
import { buildHeader, coinbaseOf, parseNotify } from '../../../src/miner/index.js';
import type { ShareProof } from '../../../src/stratum/index.js';
import { ADDRESS, EASY, OTHER_ADDRESS, PoolUnderTest } from './pool-under-test.js';
import { sampleWork } from './sample-work.js';
import type { Line, WireMiner } from './wire-miner.js';

const USER = `${ADDRESS}.rig1`;

let pool: PoolUnderTest;
let miner: WireMiner;
let notify: Line;

beforeEach(async () => {
  pool = await PoolUnderTest.open();
  pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
  miner = await pool.miner();
  notify = await miner.logIn(USER);
});

afterEach(() => PoolUnderTest.closeAll());

function proofOf(share: readonly string[]): ShareProof {
  const work = parseNotify(notify.params);
  const extranonce1 = fromHex(miner.extranonce1);
  const extranonce2 = fromHex(share[1]!);
  const [time, nonce] = [share[2]!, share[3]!].map((hex) => Number.parseInt(hex, 16)) as [number, number];
  return {
    round: sampleWork({ job: 1, tip: 1 }).binding.round,
    worker: USER,
    bits: bitsOfDifficulty(EASY),
    header: buildHeader(work, extranonce1, { extranonce2, time, nonce, version: work.version }),
    coinbase: coinbaseOf(work, extranonce1, extranonce2),
  };
}

describe('a share with its full proof', () => {
  it('is stored as the same share submitted over Stratum would be', async () => {
    const share = miner.grind(notify);
    const proof = proofOf(share);
    const verdict = await pool.listener.submitProof(proof);
    expect(verdict.kind).toBe('accepted');
    expect(toHex(verdict.hash!)).toBe(toHex(sha256d(proof.header)));
    const [credited] = pool.sink.committed;

    expect((await miner.submit(USER, share)).error?.[0]).toBe(22);

    pool.sink.committed.length = 0;
    const other = await PoolUnderTest.open();
    other.listener.setWork(sampleWork({ job: 1, tip: 1 }));
    const sameSession = await other.miner();
    await sameSession.logIn(USER);
    await sameSession.submit(USER, [String(sameSession.lines.at(-1)?.params?.[0]), ...share.slice(1)]);
    const [submitted] = other.sink.committed;
    expect(submitted?.record).toEqual(credited?.record);
    expect(submitted?.hashDifficulty).toBeGreaterThan(EASY);
    expect(submitted?.hashDifficulty).toBe(credited?.hashDifficulty);
  });

  it('is a duplicate when Stratum brought it before', async () => {
    const share = miner.grind(notify);
    await miner.submit(USER, share);
    expect(await pool.listener.submitProof(proofOf(share))).toMatchObject({
      kind: 'refused',
      reason: 'duplicate',
      message: 'Duplicate share: it was submitted before',
    });
  });

  it('is accepted only once its commit is reported', async () => {
    pool.sink.autoCommit = false;
    let verdict = 'none yet';
    const done = pool.listener.submitProof(proofOf(miner.grind(notify))).then(({ kind }) => {
      verdict = kind;
    });
    await miner.call('mining.suggest_difficulty', [EASY]);
    expect([pool.sink.waiting.length, verdict]).toEqual([1, 'none yet']);
    pool.sink.commit();
    await done;
    expect(verdict).toBe('accepted');
  });

  it('counts for the miner its coinbase commits to, and for no other', async () => {
    const proof = { ...proofOf(miner.grind(notify)), worker: OTHER_ADDRESS };
    expect(await pool.listener.submitProof(proof)).toMatchObject({ reason: 'unknown-job' });
  });

  it('counts at the bits its coinbase commits to, and at no other', async () => {
    const proof = { ...proofOf(miner.grind(notify)), bits: bitsOfDifficulty(2e-9) };
    expect(await pool.listener.submitProof(proof)).toMatchObject({ reason: 'unknown-job' });
  });

  it.each([
    ['easier than the pool’s lowest difficulty', 0x2100ffff],
    ['harder than its highest', bitsOfDifficulty(2e6)],
    ['that are not canonical', 0x20000001],
  ])('does not count at bits %s', async (_which, bits) => {
    const proof = { ...proofOf(miner.grind(notify)), bits };
    expect(await pool.listener.submitProof(proof)).toMatchObject({ reason: 'bits' });
  });

  it('does not count with a header or coinbase of another work', async () => {
    const proof = proofOf(miner.grind(notify));
    const header = proof.header.slice();
    header[40]! ^= 1; // in the Merkle root
    expect(await pool.listener.submitProof({ ...proof, header })).toMatchObject({ reason: 'unknown-job' });
    const coinbase = proof.coinbase.slice();
    coinbase[coinbase.length - 1]! ^= 1;
    expect(await pool.listener.submitProof({ ...proof, coinbase })).toMatchObject({ reason: 'unknown-job' });
  });

  it('does not count with another listener’s extranonce', async () => {
    const other = await PoolUnderTest.open({ extranonce1: { prefix: 0x01, allocate: () => 0 } });
    other.listener.setWork(sampleWork({ job: 1, tip: 1 }));
    expect(await other.listener.submitProof(proofOf(miner.grind(notify)))).toMatchObject({
      reason: 'unknown-job',
    });
  });

  it('counts for ten minutes after newer work came, while the previous block is the same', async () => {
    const [soon, late] = ['1', '2'].map((n) =>
      proofOf(miner.grind(notify, { extranonce2: `000000000000000${n}` })),
    );
    pool.listener.setWork(sampleWork({ job: 2, tip: 1 }));
    pool.clock.advance(600_000);
    expect((await pool.listener.submitProof(soon!)).kind).toBe('accepted');
    pool.clock.advance(1);
    expect(await pool.listener.submitProof(late!)).toMatchObject({ reason: 'unknown-job' });
  });

  it('is told what is wrong with its worker', async () => {
    const verdict = await pool.listener.submitProof({ ...proofOf(miner.grind(notify)), worker: 'satoshi' });
    expect(verdict).toMatchObject({ reason: 'username', message: expect.stringContaining('satoshi') });
  });
});
