/** What a miner's owner writes into its blocks, on its way from the password to the coinbase, the log and the events. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bitsOfDifficulty, hashMeets } from '../../../src/bitcoin/index.js';
import { fromHex, sha256d, toHex, utf8 } from '../../../src/lib/index.js';
import { buildHeader, coinbaseOf, parseNotify } from '../../../src/miner/index.js';
import { makeJob, shareCoinbase, shareHeader } from '../../../src/mining/index.js';
import { parseUsername, type ShareProof } from '../../../src/stratum/index.js';
import { ADDRESS, EASY, PoolUnderTest } from './pool-under-test.js';
import { BINDING, REGTEST, sampleWork } from './sample-work.js';
import type { Line, WireMiner } from './wire-miner.js';

const USER = `${ADDRESS}.rig1`;
const WORK = sampleWork({ job: 1, tip: 1 });
const BITS = bitsOfDifficulty(EASY);

let pool: PoolUnderTest;
let miner: WireMiner;

beforeEach(async () => {
  pool = await PoolUnderTest.open();
  pool.listener.setWork(WORK);
  miner = await pool.miner();
});

afterEach(() => PoolUnderTest.closeAll());

async function logIn(password: string, user = USER): Promise<Line> {
  await miner.call('mining.subscribe', ['wire-miner/1']);
  await miner.call('mining.authorize', [user, password]);
  return miner.next('mining.notify');
}

function coinbase1({ params }: Line): string {
  return params![2] as string;
}

/** A found share as `POST /submission/:round` brings it. */
function proofOf(notify: Line): ShareProof {
  const work = parseNotify(notify.params);
  const [, extranonce2Hex, timeHex, nonceHex] = miner.grind(notify);
  const extranonce2 = fromHex(extranonce2Hex);
  const [time, nonce] = [timeHex, nonceHex].map((hex) => Number.parseInt(hex, 16)) as [number, number];
  return {
    round: BINDING.round,
    worker: USER,
    bits: BITS,
    header: buildHeader(work, fromHex(miner.extranonce1), {
      extranonce2,
      time,
      nonce,
      version: work.version,
    }),
    coinbase: coinbaseOf(work, fromHex(miner.extranonce1), extranonce2),
  };
}

/** A share on a coinbase with any words, which nobody was sent. */
function groundProof(signature: Uint8Array): ShareProof {
  const { payout } = parseUsername(ADDRESS, REGTEST, 'pool');
  const job = makeJob({ ...WORK, payout, bits: BITS, signature }, REGTEST);
  const extranonce = Uint8Array.of(0xa5, ...new Uint8Array(11));
  const { curTime: time, version } = WORK.template;
  for (let nonce = 0; ; nonce++) {
    const share = { extranonce, time, nonce, version };
    const header = shareHeader(job, share);
    if (!hashMeets(sha256d(header), job.target)) continue;
    return { round: BINDING.round, worker: USER, bits: BITS, header, coinbase: shareCoinbase(job, share) };
  }
}

describe('a signature in the password', () => {
  it('stands in the coinbase behind the tag', async () => {
    const notify = await logIn('x,sig=hello world');
    // The push of eleven characters follows the tag "test".
    expect(coinbase1(notify)).toContain(`0474657374${'0b'}${toHex(utf8('hello world'))}${'0c'}`);
  });

  it('is in the log before the first job that has it', async () => {
    let durable = (): void => {};
    pool.sink.signatureGate = new Promise((resolve) => {
      durable = resolve;
    });
    const notified = logIn('sig=mine');
    while (!pool.sink.calls.includes('signature')) await new Promise((resolve) => setTimeout(resolve, 1));
    const other = await pool.miner();
    await other.logIn(`${ADDRESS}.other`);
    expect(miner.lines.map(({ method }) => method)).not.toContain('mining.notify');
    durable();
    expect(coinbase1(await notified)).toContain(toHex(utf8('mine')));
  });

  it('is named by the record of each share, which recomputes with it to its hash', async () => {
    const notify = await logIn('sig=mine');
    expect((await miner.submit(USER, miner.grind(notify))).result).toBe(true);
    const { record, hash } = pool.sink.committed[0]!;
    expect(record.signature).toBe(pool.sink.signatures.get(toHex(utf8('mine'))));
    expect(record.signature).toBeGreaterThan(0);
    const { payout } = parseUsername(ADDRESS, REGTEST, 'pool');
    const recomputed = (signature: string): string =>
      toHex(
        sha256d(
          shareHeader(
            makeJob({ ...WORK, payout, bits: record.bits, signature: utf8(signature) }, REGTEST),
            record,
          ),
        ),
      );
    expect(recomputed('mine')).toBe(toHex(hash));
    expect(recomputed('')).not.toBe(toHex(hash));
  });

  it('is that of the first login, whatever other workers of the connection write', async () => {
    await logIn('sig=mine');
    await miner.call('mining.authorize', [`${ADDRESS}.rig2`, 'sig=other']);
    pool.listener.setWork(sampleWork({ job: 2, tip: 2 }));
    const notify = await miner.next('mining.notify');
    expect(coinbase1(notify)).toContain(toHex(utf8('mine')));
    expect([...pool.sink.signatures.keys()]).toEqual([toHex(utf8('mine'))]);
  });

  it('that is left out, or none, is row 0', async () => {
    const notify = await logIn('sig=<script>');
    await miner.submit(USER, miner.grind(notify));
    expect(pool.sink.committed[0]!.record.signature).toBe(0);
    expect(pool.sink.signatures.size).toBe(0);
  });

  it('is told with the block', async () => {
    const network = { ...REGTEST, blockTargetBits: null };
    const easy = await PoolUnderTest.open({ network });
    easy.listener.setWork(WORK);
    miner = await easy.miner();
    const notify = await logIn('sig=found by me');
    await miner.submit(USER, miner.grind(notify));
    expect(easy.sink.eventsOf('block_found')).toMatchObject([{ coinbase_sig: 'found by me' }]);
    expect(toHex(easy.sink.found[0]!.coinbase)).toContain(toHex(utf8('found by me')));
  });

  it('stays with the jobs it was sent with, when the miner comes back with another', async () => {
    const notify = await logIn('sig=before');
    const share = miner.grind(notify);
    const open = pool.listener.stats().connections;
    miner.end();
    while (pool.listener.stats().connections === open) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(pool.listener.rowsInUse()).toEqual({ workers: [], signatures: [1] });
    miner = await pool.miner();
    const next = await logIn('sig=after');
    expect(coinbase1(next)).toContain(toHex(utf8('after')));
    // Neither may be forgotten by the log.
    expect(pool.listener.rowsInUse().signatures.sort()).toEqual([1, 2]);
    expect((await miner.submit(USER, share)).result).toBe(true);
    const rows = ['before', 'after'].map((text) => pool.sink.signatures.get(toHex(utf8(text))));
    expect(pool.sink.committed.map(({ record }) => record.signature)).toEqual([rows[0]]);
    expect((await miner.submit(USER, miner.grind(next))).result).toBe(true);
    expect(pool.sink.committed.map(({ record }) => record.signature)).toEqual(rows);
  });
});

describe('a full proof of a share with a signature', () => {
  it('counts, and its record names the signature', async () => {
    const notify = await logIn('sig=mine');
    expect(await pool.listener.submitProof(proofOf(notify))).toMatchObject({ kind: 'accepted' });
    expect(pool.sink.committed[0]!.record.signature).toBe(pool.sink.signatures.get(toHex(utf8('mine'))));
  });

  it('is the same share over Stratum', async () => {
    const notify = await logIn('sig=mine');
    await pool.listener.submitProof(proofOf(notify));
    expect((await miner.submit(USER, miner.grind(notify))).error?.[0]).toBe(22);
  });

  it('does not count with another signature than it was hashed with', async () => {
    const notify = await logIn('sig=mine');
    const at = coinbase1(notify).indexOf(toHex(utf8('mine'))) / 2;
    const proof = proofOf(notify);
    proof.coinbase[at] = 0x4d;
    expect(await pool.listener.submitProof(proof)).toMatchObject({ reason: 'unknown-job' });
  });

  it.each([
    ['mine', 'accepted', 1],
    ['<b>', 'refused', 0],
    ['twenty-one characters', 'refused', 0],
  ])('of %j, ground outside any session, is %s', async (words, kind, logged) => {
    const proof = groundProof(utf8(words));
    expect(await pool.listener.submitProof(proof)).toMatchObject({ kind });
    expect(pool.sink.committed).toHaveLength(logged);
    expect(pool.sink.signatures.size).toBe(logged);
  });
});
