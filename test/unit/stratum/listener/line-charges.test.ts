/** What of a miner's lines is charged for the time it takes, from what the dialogue makes of them. */
import { beforeEach, expect, it } from '@jest/globals';
import { ConnectionGuard } from '../../../../src/stratum/guard/connection-guard.js';
import { isSpelledLikeShare } from '../../../../src/stratum/listener/line-reader.js';
import { MinerReport } from '../../../../src/stratum/listener/miner-report.js';
import { V1Dialogue } from '../../../../src/stratum/listener/v1-dialogue.js';
import type { Wire } from '../../../../src/stratum/listener/wire.js';
import { PoolWords } from '../../../dialogues/pool-words.js';
import { FuzzFloor } from '../../../fuzz/fuzz-floor.js';
import { FuzzMiner } from '../../../fuzz/fuzz-miner.js';
import { ADDRESS } from '../../../integration/stratum/pool-under-test.js';

/** Of each line, so that five that are charged are more than is free. */
const LINE_MS = 0.12;
/** A look into a map. */
const SLIGHT_LINE_MS = 0.02;
/** Of the refused shares of a connection that are free. */
const KEPT = 300;
const LINE_PACE_MS = 200;
/** After the tip. */
const TOO_LATE_MS = 60_000;

let pool: FuzzFloor;
let miner: FuzzMiner;
let guard: ConnectionGuard;
let dialogue: V1Dialogue;
let answers: { readonly id: unknown; readonly result: unknown; readonly error: unknown }[];
beforeEach(async () => {
  pool = new FuzzFloor();
  miner = new FuzzMiner(ADDRESS);
  guard = new ConnectionGuard(pool.floor.limits, pool.clock.nowMs());
  answers = [];
  const wire: Wire = {
    ip: '127.2.0.1',
    ended: false,
    guard,
    send(words) {
      for (const text of new PoolWords('latin1').take(Buffer.from(words, 'latin1'))) {
        const said = JSON.parse(text);
        if (said.method === undefined) answers.push(said);
        miner.hear(said);
      }
    },
    proved: () => {},
    drop: () => {},
    settled: () => {},
  };
  const session = pool.newSession();
  dialogue = new V1Dialogue(session, new MinerReport(session, pool.sink, pool.sink), pool.floor, wire);
  await say('{"id":1,"method":"mining.subscribe","params":["charged/1"]}', 0);
  await say('{"id":2,"method":"mining.authorize","params":["<user>","x"]}', 0);
  pool.clock.advance(1_000);
});

async function say(line: string, ms = LINE_MS): Promise<void> {
  const text = miner.fill(line);
  expect(guard.admitLine(pool.clock.nowMs(), text.length, isSpelledLikeShare(text))).toBe(true);
  const done = dialogue.hear(text, pool.clock.nowMs());
  guard.debt.spend(ms, pool.clock.nowMs());
  await done;
}

const SUBMIT =
  '{"id":9,"method":"mining.submit","params":["<user>","<job>","<extranonce2>","<time>","<nonce>"]}';

/** A share, which is a share but for when it comes. */
async function submitOnce(): Promise<void> {
  miner.solve('share');
  await say(SUBMIT, 0);
}

/** Of the last so many answers. */
function errors(count: number): unknown[] {
  return answers.slice(-count).map(({ error }) => error && (error as unknown[])[0]);
}

/** What the miner found for the work that it knows comes too late. */
function replaceWork(): void {
  pool.setWork('block');
  pool.clock.advance(TOO_LATE_MS);
}

function owes(): boolean {
  return guard.debt.isOwing(pool.clock.nowMs());
}

it('what is neither a share nor a new name is', async () => {
  for (let i = 0; i < 5; i++) await say('{"id":3,"method":"mining.ping","params":[]}');
  expect(owes()).toBe(true);
});

it('the names of those behind a proxy are not, nor are those beyond what it may bring', async () => {
  const { workers } = pool.floor.limits;
  for (let i = 0; i < 3 * workers; i++) {
    // The others are told apart by nothing, and have less to do.
    const ms = i < workers - 1 ? LINE_MS : SLIGHT_LINE_MS;
    await say(`{"id":3,"method":"mining.authorize","params":["${ADDRESS}.rig${i}","x"]}`, ms);
  }
  expect(answers.slice(-3 * workers).every(({ result }) => result === true)).toBe(true);
  expect(owes()).toBe(false);
});

it('names beyond what it may bring are, where they take as long as others', async () => {
  const { workers } = pool.floor.limits;
  for (let i = 0; i < workers + 6; i++) {
    await say(`{"id":3,"method":"mining.authorize","params":["${ADDRESS}.rig${i}","x"]}`);
  }
  expect(owes()).toBe(true);
});

it('a name is, where its line is spelled like a share', async () => {
  for (let i = 0; i < 5; i++) {
    await say(`{"id":3,"method":"mining.authorize","params":["${ADDRESS}.rig${i}","mining.submit"]}`);
  }
  expect(answers.slice(-5).every(({ result }) => result === true)).toBe(true);
  expect(owes()).toBe(true);
});

it('names that are refused are', async () => {
  for (let i = 0; i < 5; i++) await say(`{"id":3,"method":"mining.authorize","params":["nobody${i}","x"]}`);
  expect(errors(5)).toEqual(Array(5).fill(24));
  expect(owes()).toBe(true);
});

it('good shares are not, and pay for others', async () => {
  for (let i = 0; i < 5; i++) await say('{"id":3,"method":"mining.ping","params":[]}');
  for (let i = 0; i < 40; i++) {
    miner.solve('share');
    await say(SUBMIT);
  }
  expect(errors(40)).toEqual(Array(40).fill(null));
  expect(owes()).toBe(false);
});

it('shares that were found and came too late are not, and pay for none', async () => {
  replaceWork();
  const nowMs = pool.clock.nowMs();
  dialogue.tick(nowMs);
  for (let i = 0; i < 40; i++) {
    miner.solve('earlier');
    await say(SUBMIT);
  }
  expect(errors(40)).toEqual(Array(40).fill(21));
  expect(owes()).toBe(false);
  for (let i = 0; i < 5; i++) await say('{"id":3,"method":"mining.ping","params":[]}');
  for (let i = 0; i < 5; i++) {
    miner.solve('earlier');
    await say(SUBMIT);
  }
  expect(owes()).toBe(true);
});

it('shares that were found for a round that is closed are not either', async () => {
  pool.floor.board.openRound = 1_000_000n;
  for (let i = 0; i < 40; i++) {
    miner.solve('share');
    await say(SUBMIT);
  }
  expect(errors(40)).toEqual(Array(40).fill(21));
  expect(owes()).toBe(false);
});

/** As fast as the budget has room for them, whatever work the pool sends meanwhile. */
async function submit(times: number, wanted: string): Promise<void> {
  const line = miner.fill(wanted);
  for (let i = 0; i < times; i++) {
    await say(line);
    pool.clock.advance(LINE_PACE_MS);
  }
}

const UNKNOWN_JOB = SUBMIT.replace('<job>', 'ffffffff');

it.each<[string, number, string, () => Promise<void> | void]>([
  ['of too low a difficulty', 23, SUBMIT, () => miner.solve('low')],
  ['that are sent again', 22, SUBMIT, () => submitOnce()],
  [
    'that came too late, when they come again',
    21,
    SUBMIT,
    async () => {
      replaceWork();
      await submitOnce();
    },
  ],
  [
    'that were not found, for work that was replaced',
    21,
    SUBMIT,
    () => {
      replaceWork();
      miner.solve('low');
    },
  ],
  ['for a job that nobody knows', 21, UNKNOWN_JOB, () => miner.solve('share')],
])(
  'shares %s are not, as many as a proxy may have kept, and then they are',
  async (_, code, line, prepare) => {
    await prepare();
    await submit(KEPT, line);
    expect(errors(KEPT)).toEqual(Array(KEPT).fill(code));
    expect(owes()).toBe(false);
    await submit(6, line);
    expect(errors(6)).toEqual(Array(6).fill(code));
    expect(owes()).toBe(true);
  },
);

it('a refused share is not for each good one before it', async () => {
  await submit(KEPT, UNKNOWN_JOB);
  for (let i = 0; i < 10; i++) {
    miner.solve('share');
    await say(SUBMIT);
  }
  await submit(10, UNKNOWN_JOB);
  expect(owes()).toBe(false);
  await submit(6, UNKNOWN_JOB);
  expect(owes()).toBe(true);
});

it('shares are not while there is no work that they could be for, nor do they take the budget of others', async () => {
  miner.solve('share');
  pool.floor.board.clear('bitcoind is gone', pool.clock.nowMs());
  for (let i = 0; i < 5 * KEPT; i++) await say(SUBMIT);
  expect(errors(KEPT)).toEqual(Array(KEPT).fill(21));
  expect(owes()).toBe(false);
  pool.setWork('block');
  for (let i = 0; i < 5; i++) await say(UNKNOWN_JOB);
  expect(owes()).toBe(false);
});
