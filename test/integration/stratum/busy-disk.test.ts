/** The disk has not answered for a while, and shares wait for it: nobody has its room for himself. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bitsOfDifficulty } from '../../../src/bitcoin/index.js';
import { ADDRESS, EASY, PoolUnderTest } from './pool-under-test.js';
import { REGTEST, sampleWork } from './sample-work.js';
import type { Line, WireMiner } from './wire-miner.js';

/** Every hundredth share. */
const BLOCK = 100 * EASY;
/** Up to here nobody is asked whose they are. */
const MANY = 12_500;

interface Miner {
  readonly wire: WireMiner;
  readonly user: string;
  readonly notify: Line;
  /** Shares sent. */
  sent: number;
  nonce: number;
}

let pool: PoolUnderTest;

beforeEach(async () => {
  const network = { ...REGTEST, blockTargetBits: bitsOfDifficulty(BLOCK) };
  pool = await PoolUnderTest.open({ network, maxDifficulty: EASY });
  pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
});

afterEach(() => PoolUnderTest.closeAll());

/** A miner with an accepted share. */
async function proven(name: string): Promise<Miner> {
  const wire = await pool.miner();
  const user = `${ADDRESS}.${name}`;
  const miner = { wire, user, notify: await wire.logIn(user), sent: 0, nonce: 0 };
  send(miner, [share(miner)]);
  await answered(miner);
  return miner;
}

function share(miner: Miner, difficulty?: number): string {
  const { wire, user, notify, nonce } = miner;
  const which = difficulty === undefined ? { notDifficulty: BLOCK } : { difficulty };
  const found = wire.grind(notify, { ...which, nonceFrom: nonce });
  miner.nonce = Number.parseInt(found[3], 16) + 1;
  return `${JSON.stringify({ id: 1_000 + miner.sent++, method: 'mining.submit', params: [user, ...found] })}\n`;
}

function send(miner: Miner, lines: readonly string[]): void {
  miner.wire.write(lines.join(''));
}

function shares(miner: Miner, count: number): string[] {
  return Array.from({ length: count }, () => share(miner));
}

const results = ({ wire }: Miner): Line[] => wire.lines.filter(({ id }) => (id as number) >= 1_000);

/** Resolves with what all its shares were answered. */
async function answered(miner: Miner): Promise<Set<unknown>> {
  await miner.wire.until(() => results(miner).length === miner.sent || undefined);
  return new Set(results(miner).map(({ result }) => result));
}

/** Resolves with the shares that wait for the disk once no more are taken. */
async function waiting(): Promise<number> {
  for (let before = -1; before !== pool.sink.waiting.length; ) {
    before = pool.sink.waiting.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return pool.sink.waiting.length;
}

describe('while thousands of shares wait for the disk', () => {
  it('each connection has a thousandth of the room that is left, a rig’s share is taken, and none is refused', async () => {
    const [greedy, second, rig] = [await proven('greedy'), await proven('second'), await proven('rig')];
    pool.sink.autoCommit = false;
    send(greedy, shares(greedy, MANY + 500));
    expect(await waiting()).toBe(MANY);
    send(second, shares(second, 100));
    // With 37 of its own 37,463 of 50,000 are left, and the 38th is taken; with 38 they are fewer than 38,000.
    expect(await waiting()).toBe(MANY + 38);
    send(rig, shares(rig, 1));
    expect(await waiting()).toBe(MANY + 39);
    // From then on each comes again as soon as its own are answered.
    pool.sink.commit();
    pool.sink.autoCommit = true;
    pool.sink.commit();
    for (const miner of [greedy, second, rig]) expect(await answered(miner)).toEqual(new Set([true]));
    expect(pool.sink.outcomes()).toEqual([]);
  }, 30_000);

  it('a block of who has too many of them is handed on all the same', async () => {
    const [greedy, proxy] = [await proven('greedy'), await proven('proxy')];
    pool.sink.autoCommit = false;
    send(greedy, shares(greedy, MANY));
    await waiting();
    send(proxy, [...shares(proxy, 300), share(proxy, BLOCK), ...shares(proxy, 10)]);
    await waiting();
    expect(pool.sink.found).toMatchObject([{ worker: proxy.user }]);
    pool.sink.commit();
    pool.sink.autoCommit = true;
    pool.sink.commit();
    expect(await answered(proxy)).toEqual(new Set([true]));
    expect(pool.sink.found).toHaveLength(1);
  }, 30_000);
});
