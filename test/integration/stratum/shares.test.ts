import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bitsOfDifficulty, difficultyOfHash, hashMeets } from '../../../src/bitcoin/index.js';
import { fromHex, sha256d, toHex } from '../../../src/lib/index.js';
import { makeJob, shareHeader } from '../../../src/mining/index.js';
import { indexHashes, parseUsername, type Work } from '../../../src/stratum/index.js';
import { ADDRESS, EASY, GUARD, PoolUnderTest } from './pool-under-test.js';
import { HARD_REGTEST, REGTEST, START_MS, sampleWork } from './sample-work.js';
import type { Line, WireMiner } from './wire-miner.js';
import { hex8 } from './wire-miner.js';

const USER = `${ADDRESS}.rig1`;
const START_SECONDS = START_MS / 1000;

let pool: PoolUnderTest;
let work: Work;
let miner: WireMiner;
let notify: Line;

beforeEach(async () => {
  pool = await PoolUnderTest.open();
  work = sampleWork({ job: 1, tip: 1 });
  pool.listener.setWork(work);
  miner = await pool.miner();
  notify = await miner.logIn(USER);
});

afterEach(() => PoolUnderTest.closeAll());

/** Resolves once everything the miner wrote has been worked off. */
async function settled(): Promise<void> {
  await miner.call('mining.suggest_difficulty', [EASY]);
}

describe('a good share', () => {
  it('mined from the wire alone is accepted, and its record recomputes its hash', async () => {
    const share = miner.grind(notify);
    expect(await miner.submit(USER, share)).toMatchObject({ result: true, error: null });

    const [{ record, hash, worker, difficulty, hashDifficulty }] = pool.sink.committed as [
      (typeof pool.sink.committed)[number],
    ];
    const { payout } = parseUsername(ADDRESS, REGTEST, 'pool');
    const job = makeJob({ ...work, payout, bits: record.bits, signature: new Uint8Array(0) }, REGTEST);
    expect(toHex(sha256d(shareHeader(job, record)))).toBe(toHex(hash));
    expect(hashMeets(hash, job.target)).toBe(true);
    expect(record).toMatchObject({
      job: 1,
      miner: 1,
      bits: bitsOfDifficulty(EASY),
      signature: 0,
      extranonce: fromHex(`${miner.extranonce1}${share[1]}`),
      time: Number.parseInt(share[2], 16),
      nonce: Number.parseInt(share[3], 16),
      version: 0x20000000,
    });
    expect({ worker, difficulty }).toEqual({ worker: 1, difficulty: EASY });
    const reached = difficultyOfHash(hash);
    expect(reached).toBeGreaterThan(EASY);
    expect(hashDifficulty).toBe(reached);
    expect(pool.sink.eventsOf('share_submitted')[0]).toMatchObject({ diff: EASY, sdiff: reached });
  });

  it('is answered after its commit and not before', async () => {
    pool.sink.autoCommit = false;
    const reply = miner.submit(USER, miner.grind(notify));
    await settled();
    expect(pool.sink.waiting).toHaveLength(1);
    expect(miner.lines.filter(({ result }) => result === true)).toHaveLength(2); // login and suggest
    pool.sink.commit();
    expect(await reply).toMatchObject({ result: true, error: null });
  });

  it('that could not be stored is answered with an error, and accepted when it comes again', async () => {
    pool.sink.autoCommit = false;
    const share = miner.grind(notify);
    const first = miner.submit(USER, share);
    await settled();
    pool.sink.fail(new Error('the disk is full'));
    expect((await first).error).toEqual([20, 'The share was not stored: the disk is full', null]);
    expect(pool.sink.counts).toEqual([{ worker: 1, outcome: 'not-stored', round: 9n }]);

    pool.sink.autoCommit = true;
    expect((await miner.submit(USER, share)).result).toBe(true);
    expect(pool.sink.committed).toHaveLength(1);
  });

  it('may be spelled in upper case and with its nonce unpadded', async () => {
    const share = miner.grind(notify, { extranonce2: 'abcdefabcdefabcd' });
    const spelled = [share[0], ...share.slice(1).map((hex) => hex.toUpperCase())];
    spelled[3] = spelled[3]!.replace(/^0+(?=.)/, '');
    expect((await miner.submit(USER, spelled)).result).toBe(true);
  });
});

describe('a share that comes again', () => {
  it.each([
    ['as it was', (share: readonly string[]) => share],
    [
      'in upper case',
      (share: readonly string[]) => [share[0]!, ...share.slice(1).map((h) => h.toUpperCase())],
    ],
    [
      'with its nonce unpadded',
      (share: readonly string[]) => [...share.slice(0, 3), share[3]!.replace(/^0+(?=.)/, '')],
    ],
    ['with no version bits spelled out', (share: readonly string[]) => [...share, '00000000']],
  ])('%s is a duplicate', async (_how, respell) => {
    const share = miner.grind(notify, { extranonce2: 'abcdefabcdefabcd' });
    expect((await miner.submit(USER, share)).result).toBe(true);
    const again = await miner.submit(USER, respell(share));
    expect(again).toMatchObject({
      result: null,
      error: [22, 'Duplicate share: it was submitted before', null],
    });
    expect(pool.sink.committed).toHaveLength(1);
    expect(pool.sink.counts).toEqual([{ worker: 1, outcome: 'duplicate', round: 9n }]);
  });

  it('is a duplicate even while its commit is outstanding', async () => {
    pool.sink.autoCommit = false;
    const share = miner.grind(notify);
    const first = miner.submit(USER, share);
    expect((await miner.submit(USER, share)).error?.[0]).toBe(22);
    pool.sink.commit();
    expect((await first).result).toBe(true);
  });

  it('is a duplicate after a restart, with the log’s hashes of its tip', async () => {
    // The same extranonce1 and work stand for a proof of before the restart, since a session never gets it again.
    await miner.submit(USER, miner.grind(notify));
    const after = await PoolUnderTest.open();
    expect(after.listener.knowsTip(work.template.prevHash)).toBe(false);
    const hashes = pool.sink.committed.map(({ hash }) => hash);
    after.listener.setWork(work, await indexHashes([...hashes, ...hashes]));
    const sameAgain = await after.miner();
    const again = await sameAgain.logIn(USER);
    expect((await sameAgain.submit(USER, sameAgain.grind(again))).error?.[0]).toBe(22);
  });
});

describe('a share’s fields', () => {
  it('below the difficulty are answered 23', async () => {
    const share = miner.grind(notify, { difficulty: 1e-10, notDifficulty: EASY });
    expect((await miner.submit(USER, share)).error).toEqual([
      23,
      'Low difficulty share: the hash does not meet its job',
      null,
    ]);
    expect(pool.sink.outcomes()).toEqual(['low-difficulty']);
  });

  it.each([
    [
      'a second before the template’s minimum',
      START_SECONDS - 3601,
      'Time too old: take it from the job, or later',
    ],
    ['at the template’s minimum', START_SECONDS - 3600, null],
    ['an hour and a half ahead', START_SECONDS + 5400, null],
    ['a second more than that', START_SECONDS + 5401, 'Time too new: over 90 minutes ahead, check the clock'],
  ])('with a time %s', async (_when, time, refusal) => {
    const { error } = await miner.submit(USER, miner.grind(notify, { time }));
    expect(error).toEqual(refusal === null ? null : [20, refusal, null]);
  });

  it.each([
    ['an extranonce2 of 7 bytes', 1, '00000000000001'],
    ['an extranonce2 of 9 bytes', 1, '000000000000000001'],
    ['an extranonce2 that is no hex', 1, '000000000000000g'],
    ['a time of 7 digits', 2, '1234567'],
    ['an empty nonce', 3, ''],
    ['a nonce of 9 digits', 3, '012345678'],
    ['a nonce with a prefix', 3, '0x123456'],
  ])('with %s are answered 20', async (_what, at, text) => {
    const share: string[] = miner.grind(notify);
    share[at] = text;
    expect((await miner.submit(USER, share)).error?.[0]).toBe(20);
    expect(pool.sink.outcomes()).toEqual(['invalid']);
  });

  it('of another type, or missing, are answered 20 and hurt nobody', async () => {
    const share = miner.grind(notify);
    for (const params of [
      [USER],
      [USER, 7],
      [USER, share[0], null, {}, []],
      [USER, share[0], share[1], 5, 6],
    ]) {
      expect((await miner.call('mining.submit', params)).error?.[0]).toBe(20);
    }
    expect((await miner.submit(USER, share)).result).toBe(true);
  });

  it('naming a job this miner was not given are answered 21', async () => {
    const share: string[] = miner.grind(notify);
    share[0] = 'ffffffff01';
    expect((await miner.submit(USER, share)).error).toEqual([
      21,
      'Job not found: too old, or sent to another connection',
      null,
    ]);
    expect(pool.sink.outcomes()).toEqual(['stale']);
  });
});

describe('staleness', () => {
  it.each([
    [4_900, true],
    [5_100, false],
  ])('a share %d ms after another previous block came is accepted: %s', async (laterMs, accepted) => {
    pool.listener.setWork(sampleWork({ job: 2, tip: 2 }));
    pool.clock.advance(laterMs);
    const reply = await miner.submit(USER, miner.grind(notify));
    expect(reply.result).toBe(accepted ? true : null);
    if (!accepted) expect(reply.error).toEqual([21, 'Stale share: a new block was found', null]);
  });

  it('never comes from new work on the same previous block', async () => {
    pool.listener.setWork(sampleWork({ job: 2, tip: 1 }));
    pool.clock.advance(60_000);
    expect((await miner.submit(USER, miner.grind(notify))).result).toBe(true);
  });

  it('ends when a reorganisation brings the previous block back, and its duplicates stay duplicates', async () => {
    const share = miner.grind(notify);
    await miner.submit(USER, share);
    pool.listener.setWork(sampleWork({ job: 2, tip: 2 }));
    pool.clock.advance(20_000);
    pool.listener.setWork(sampleWork({ job: 3, tip: 1 }));
    pool.clock.advance(20_000);
    expect((await miner.submit(USER, share)).error?.[0]).toBe(22);
    const other = miner.grind(notify, { extranonce2: '0000000000000002' });
    expect((await miner.submit(USER, other)).result).toBe(true);
  });

  it('a job is known for ten minutes and then no longer', async () => {
    const [atTen, later] = ['0000000000000002', '0000000000000003'].map((extranonce2) =>
      miner.grind(notify, { extranonce2 }),
    );
    pool.clock.advance(600_000);
    expect((await miner.submit(USER, atTen!)).result).toBe(true);
    pool.clock.advance(1);
    expect((await miner.submit(USER, later!)).error).toEqual([
      21,
      'Job not found: too old, or sent to another connection',
      null,
    ]);
  });
});

describe('a change of difficulty', () => {
  const HARDER = 1.6e-8;

  async function changeTo(difficulty: number): Promise<Line> {
    const change = miner.next('mining.notify');
    await miner.call('mining.suggest_difficulty', [difficulty]);
    return change;
  }

  it('up comes as set_difficulty and a job that lets older ones go on', async () => {
    const harder = await changeTo(HARDER);
    expect(miner.difficultyOf(harder)).toBe(HARDER);
    expect(harder.params?.[8]).toBe(false);
    expect(harder.params?.[0]).not.toBe(notify.params?.[0]);
    await miner.submit(USER, miner.grind(notify));
    await miner.submit(USER, miner.grind(harder));
    expect(pool.sink.committed.map(({ difficulty, record }) => [difficulty, record.bits])).toEqual([
      [EASY, bitsOfDifficulty(EASY)],
      [HARDER, bitsOfDifficulty(HARDER)],
    ]);
  });

  it('down comes as set_difficulty and a job that ends the older ones', async () => {
    await changeTo(HARDER);
    const easier = await changeTo(EASY);
    expect(miner.difficultyOf(easier)).toBe(EASY);
    expect(easier.params?.[8]).toBe(true);
  });

  it('leaves an older job at its committed bits: easier shares on it are true but uncredited', async () => {
    const harder = await changeTo(HARDER);
    await changeTo(EASY);
    const between = miner.grind(harder, { difficulty: EASY, notDifficulty: HARDER });
    expect(await miner.submit(USER, between)).toMatchObject({ result: true, error: null });
    expect(pool.sink.committed).toHaveLength(0);
    expect(pool.sink.outcomes()).toEqual(['uncredited']);

    const full = miner.grind(harder, { difficulty: HARDER });
    expect((await miner.submit(USER, full)).result).toBe(true);
    expect(pool.sink.committed.map(({ difficulty }) => difficulty)).toEqual([HARDER]);
  });

  it('wished for by turns does not make a flood: easy jobs are credited a thousand shares, and the rest is true', async () => {
    const open = await PoolUnderTest.open({
      network: HARD_REGTEST,
      startDifficulty: 1e-9,
      minDifficulty: 1e-9,
    });
    open.listener.setWork(work);
    const flooding = await open.miner();
    const easiest = await flooding.logIn(USER);
    for (let i = 1; i <= 1_300; i++) {
      open.clock.advance(10);
      if (i % 210 === 0) await flooding.call('mining.suggest_difficulty', [i % 420 === 0 ? 1e-9 : 1.25e-9]);
      const share = flooding.grind(easiest, { difficulty: 1e-9, extranonce2: `00000000${hex8(i)}` });
      expect((await flooding.submit(USER, share)).result).toBe(true);
    }
    // The ramp came with the sixteenth share; a hundred a minute are 21 in 13 s.
    expect(Math.abs(open.sink.committed.length - (16 + 1_000 + 21))).toBeLessThan(5);
    expect(new Set(open.sink.outcomes())).toEqual(new Set(['uncredited']));
    // In 13 s three in each 10 s may count, less the first part of one.
    expect(open.sink.committed.filter(({ isExcess }) => !isExcess)).toHaveLength(3);
  });

  it('that the miner suggests every 30 s changes nothing after the first time', async () => {
    await changeTo(HARDER);
    const before = miner.lines.length;
    await miner.call('mining.suggest_difficulty', [HARDER]);
    await miner.call('mining.suggest_difficulty', [HARDER]);
    expect(miner.lines).toHaveLength(before + 2);
  });

  it('stays within the pool’s bounds', async () => {
    const hard = await PoolUnderTest.open({ network: HARD_REGTEST });
    hard.listener.setWork(work);
    const other = await hard.miner();
    await other.logIn(USER);
    const highest = other.next('mining.notify');
    await other.call('mining.suggest_difficulty', [1e12]);
    expect(other.difficultyOf(await highest)).toBe(1e6);
    const lowest = other.next('mining.notify');
    await other.call('mining.suggest_difficulty', [1e-15]);
    expect(other.difficultyOf(await lowest)).toBe(EASY);
  });

  it('never goes above the network’s own difficulty, whatever the miner or the pool’s bounds say', async () => {
    // Regtest's blocks: bits 1e03ffff are difficulty 1 / 1024, and 8e-4 is the grid's step below that.
    expect(miner.difficultyOf(await changeTo(1000))).toBe(8e-4);
  });

  it('fixed in the password is a lower bound while shares are too many, but not for an unlimited address', async () => {
    const crowded = await PoolUnderTest.open({ guard: { ...GUARD, unlimited: ['127.0.0.9'] } });
    crowded.listener.setWork(sampleWork({ job: 1, tip: 1 }));
    crowded.listener.setShareInterval(20_000, 'released');
    const difficulties = async (from: string): Promise<unknown[]> => {
      const flooding = await crowded.miner(from);
      await flooding.call('mining.subscribe', []);
      await flooding.call('mining.authorize', [`${ADDRESS}.${from.slice(-1)}`, `d=${EASY}`]);
      const first = await flooding.next('mining.notify');
      for (let i = 1; i <= 40; i++) {
        crowded.clock.advance(100);
        await flooding.submit(
          `${ADDRESS}.${from.slice(-1)}`,
          flooding.grind(first, { extranonce2: `00000000${hex8(i)}` }),
        );
      }
      return flooding.lines
        .filter(({ method }) => method === 'mining.set_difficulty')
        .map(({ params }) => params![0]);
    };
    expect(await difficulties('127.0.0.9')).toEqual([EASY]);
    // In 4 s its interval of 20 s allows no share; three an interval are the first after 6.7 s.
    expect(crowded.sink.committed.map(({ isExcess }) => isExcess)).toEqual(Array(40).fill(true));
    expect(crowded.listener.stats()).toMatchObject({ miners: 1, sharing: 1 });
    crowded.clock.advance(200_001);
    expect(crowded.listener.stats()).toMatchObject({ miners: 1, sharing: 0 });
    expect((await difficulties('127.0.0.8')).length).toBeGreaterThan(1);
  });

  it('follows another share interval in its own time, for those who are there and those who come', async () => {
    const present = notify;
    pool.clock.advance(1_000);
    for (let i = 1; i <= 15; i++) {
      pool.clock.advance(10_000);
      await miner.submit(USER, miner.grind(present, { extranonce2: `00000000${hex8(i)}` }));
    }
    expect(pool.sink.eventsOf('diff_updated')).toEqual([]);
    pool.listener.setShareInterval(60_000, 'released');
    const change = miner.next('mining.set_difficulty');
    for (let i = 16; i <= 24; i++) {
      pool.clock.advance(10_000);
      await miner.submit(USER, miner.grind(present, { extranonce2: `00000000${hex8(i)}` }));
    }
    expect((await change).params![0]).toBeGreaterThan(EASY);

    const late = await pool.miner();
    await late.logIn(`${ADDRESS}.late`);
    await late.call('mining.suggest_difficulty', [1e-4]);
    const announced = (): unknown[] =>
      late.lines.filter(({ method }) => method === 'mining.set_difficulty').map(({ params }) => params![0]);
    // 1.5 intervals of 10 s pass without a fall; 1.5 of 60 s bring one.
    pool.clock.advance(89_000);
    await late.call('mining.ping', []);
    expect(announced()).toEqual([EASY, 1e-4]);
    pool.clock.advance(2_000);
    await late.call('mining.ping', []);
    expect(announced()).toEqual([EASY, 1e-4, 6.3e-6]);
  });

  it('is eased by silence, for a miner that never meets it', async () => {
    await changeTo(1000);
    const eased = miner.next('mining.notify');
    pool.clock.advance(20_000);
    expect(miner.difficultyOf(await eased)).toBe(1e-4);
    expect((await eased).params?.[8]).toBe(true);
  });

  it('upwards comes by itself for a miner that is far too fast', async () => {
    for (let i = 1; i <= 40; i++) {
      pool.clock.advance(10);
      await miner.submit(USER, miner.grind(notify, { extranonce2: `00000000${hex8(i)}` }));
    }
    const faster = await miner.next('mining.notify');
    expect(miner.difficultyOf(faster)).toBeGreaterThan(EASY);
    expect(pool.sink.eventsOf('diff_updated')[0]).toMatchObject({ old_diff: EASY, adjustment_count: 1 });
  });
});

describe('version rolling', () => {
  let roller: WireMiner;
  let job: Line;

  beforeEach(async () => {
    roller = await pool.miner();
    job = await roller.logIn(USER, '1fffe000');
  });

  it('counts a share whose version has the miner’s bits in place of the mask’s', async () => {
    const share = roller.grind(job, { versionBits: 0x1fffe000 });
    expect((await roller.submit(USER, share)).result).toBe(true);
    expect(pool.sink.committed[0]?.record.version).toBe(0x3fffe000);
    expect(pool.sink.eventsOf('asicboost_detected')).toEqual([
      { user: ADDRESS, worker: 'rig1', pool_mask: '1fffe000', miner_mask: '1fffe000' },
    ]);
  });

  it('tolerates a share without version bits', async () => {
    expect((await roller.submit(USER, roller.grind(job))).result).toBe(true);
  });

  it.each([
    ['a bit below the mask', 0x00000004],
    ['a bit above the mask', 0x40000000],
    ['a bit outside the mask that the job’s version has set anyway', 0x20000000],
  ])('refuses %s', async (_what, versionBits) => {
    const share = roller.grind(job, { versionBits });
    expect((await roller.submit(USER, share)).error).toEqual([
      20,
      'Version bits outside the negotiated mask',
      null,
    ]);
  });

  it('takes rolled bits of the pool’s mask, and no others, from a miner whose proxy negotiated for itself', async () => {
    const share = miner.grind(notify, { versionBits: 0x00002000 });
    expect((await miner.submit(USER, share)).result).toBe(true);
    expect(pool.sink.committed[0]?.record.version).toBe(0x20002000);
    const outside = miner.grind(notify, { versionBits: 0x00000004 });
    expect((await miner.submit(USER, outside)).error?.[0]).toBe(20);
  });

  it('takes empty version bits for none', async () => {
    const share = roller.grind(job);
    expect((await roller.call('mining.submit', [USER, ...share.slice(0, 4), ''])).result).toBe(true);
  });

  it('knows an uncredited share again', async () => {
    const slow = await pool.miner();
    const first = await slow.logIn(`${ADDRESS}.slow`);
    const harder = slow.next('mining.notify');
    await slow.call('mining.suggest_difficulty', [1e-7]);
    const hard = await harder;
    const easier = slow.next('mining.notify');
    await slow.call('mining.suggest_difficulty', [2e-9]);
    await easier;
    const share = slow.grind(hard, { difficulty: 2e-9, notDifficulty: 1e-7 });
    expect(slow.difficultyOf(first)).toBe(EASY);
    expect((await slow.submit(`${ADDRESS}.slow`, share)).result).toBe(true);
    expect((await slow.submit(`${ADDRESS}.slow`, share)).error?.[0]).toBe(22);
    expect(pool.sink.committed).toEqual([]);
  });

  it('counts the same nonce again under another version', async () => {
    const [first, second] = [0x00002000, 0x00004000].map((versionBits) => roller.grind(job, { versionBits }));
    expect((await roller.submit(USER, first!)).result).toBe(true);
    expect((await roller.submit(USER, second!)).result).toBe(true);
  });
});
