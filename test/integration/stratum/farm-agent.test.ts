/** BTC.com's farm agent with real frames over a real socket: machines registered, shares mined and found in the log. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bitsOfDifficulty } from '../../../src/bitcoin/index.js';
import { toHex } from '../../../src/lib/index.js';
import { ADDRESS, EASY, GUARD, OTHER_ADDRESS, PoolUnderTest } from './pool-under-test.js';
import { HARD_REGTEST, REGTEST, sampleWork } from './sample-work.js';
import type { Grind, Line, WireMiner } from './wire-miner.js';
import { hex8 } from './wire-miner.js';

const AGENT = 'btccom-agent/2.0.0-mu';

let pool: PoolUnderTest;
let agent: WireMiner;
let notify: Line;

async function logIn(userAgent = AGENT): Promise<Line> {
  await agent.call('mining.subscribe', [userAgent]);
  await agent.call('mining.authorize', [ADDRESS, '']);
  return agent.next('mining.notify');
}

async function open(options: Parameters<typeof PoolUnderTest.open>[0]): Promise<void> {
  pool = await PoolUnderTest.open(options);
  pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
  agent = await pool.miner();
}

beforeEach(async () => {
  await open({ network: HARD_REGTEST, maxDifficulty: EASY });
  notify = await logIn();
});

afterEach(() => PoolUnderTest.closeAll());

function frame(command: number, body: Buffer): Buffer {
  const head = Buffer.of(0x7f, command, 0, 0);
  head.writeUInt16LE(4 + body.length, 2);
  return Buffer.concat([head, body]);
}

const uint16 = (value: number): Buffer => Buffer.of(value & 0xff, value >> 8);
const register = (machine: number, worker: string): Buffer =>
  frame(0x01, Buffer.concat([uint16(machine), Buffer.from(`cgminer\0${worker}\0`)]));
const unregister = (machine: number): Buffer => frame(0x04, uint16(machine));

/** A share of a machine, found on what it would be sent, as the agent says it. */
function mine(machine: number, own: number, grind: Grind = {}, job = notify): Buffer {
  const extranonce2 = hex8(machine) + hex8(own);
  const [id, , time, nonce, bits] = agent.grind(job, { ...grind, extranonce2 });
  const body = Buffer.alloc(bits === undefined ? 15 : 19);
  body.writeUInt8(Number(id), 0);
  body.writeUInt16LE(machine, 1);
  body.writeUInt32LE(own, 3);
  body.writeUInt32LE(Number.parseInt(nonce, 16), 7);
  body.writeUInt32LE(Number.parseInt(time, 16), 11);
  if (bits !== undefined) body.writeUInt32LE(Number.parseInt(bits, 16), 15);
  return frame(bits === undefined ? 0x03 : 0x13, body);
}

/** Resolves when everything before has been worked off. */
async function settled(): Promise<void> {
  expect((await agent.call('mining.ping', [])).result).toBe('pong');
}

const shares = (): Record<string, number> =>
  Object.fromEntries(Object.entries(pool.listener.stats().shares).filter(([, count]) => count > 0));

const names = (): (string | undefined)[] => pool.sink.eventsOf('share_submitted').map(({ worker }) => worker);

describe('the machines of an agent', () => {
  it('mine under their own names, on their own part of the extranonce', async () => {
    agent.write(Buffer.concat([register(1, 'rig1'), register(0x0a7f, 'rig2')]));
    agent.write(Buffer.concat([mine(1, 7), mine(0x0a7f, 0x0a0a7f7f)]));
    await settled();
    expect(shares()).toEqual({ accepted: 2 });
    expect(names()).toEqual(['rig1', 'rig2']);
    expect(pool.sink.committed.map(({ worker }) => worker)).toEqual([2, 3]);
    expect(pool.sink.committed.map(({ record }) => toHex(record.extranonce))).toEqual([
      `${agent.extranonce1}0000000100000007`,
      `${agent.extranonce1}00000a7f0a0a7f7f`,
    ]);
  });

  it('are refused a share that comes twice, whichever of them brings it, without a word', async () => {
    const share = mine(1, 7);
    agent.write(Buffer.concat([register(1, 'rig1'), share, share]));
    await settled();
    expect(shares()).toEqual({ accepted: 1, duplicate: 1 });
    expect(agent.lines.filter((line) => line.frame !== undefined || line.error != null)).toEqual([]);
  });

  it('are heard whatever their bytes come in, between lines too', async () => {
    const bytes = Buffer.concat([
      register(1, 'rig1'),
      Buffer.from('{"id":"between","method":"mining.ping","params":[]}\n'),
      mine(1, 0x0a0a0a0a),
      register(2, 'rig2'),
      mine(2, 0x7f0a7f0a),
      Buffer.from('{"id":"last","method":"mining.ping","params":[]}\n'),
    ]);
    for (const byte of bytes) {
      agent.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await agent.answer('between')).result).toBe('pong');
    expect((await agent.answer('last')).result).toBe('pong');
    expect(shares()).toEqual({ accepted: 2 });
    expect(names()).toEqual(['rig1', 'rig2']);
  });

  it('roll version bits, once that is agreed', async () => {
    await agent.call('mining.configure', [['version-rolling'], { 'version-rolling.mask': 'ffffffff' }]);
    agent.write(Buffer.concat([register(1, 'rig1'), mine(1, 7, { versionBits: 0x00c7e000 })]));
    await settled();
    expect(pool.sink.committed.map(({ record }) => record.version)).toEqual([0x20c7e000]);
    agent.write(mine(1, 8, { versionBits: 4 }));
    await settled();
    expect(shares()).toEqual({ accepted: 1, invalid: 1 });
  });

  it('that left are nobody, and those with odd names have them in letters that a name may have', async () => {
    agent.write(Buffer.concat([register(1, 'rig 1/ü'), mine(1, 1), unregister(1), mine(1, 2)]));
    agent.write(Buffer.concat([register(2, ''), mine(2, 3), register(3, ADDRESS), mine(3, 4)]));
    await settled();
    expect(shares()).toEqual({ accepted: 3, invalid: 1 });
    expect(pool.sink.outcomes()).toEqual(['invalid']);
    expect(names().filter((name) => name !== undefined)).toEqual(expect.arrayContaining(['rig_1___', '']));
  });

  it('beyond the names that are told apart mine as the first worker does', async () => {
    const frames: Buffer[] = [];
    for (let machine = 0; machine < 300; machine++) frames.push(register(machine, `rig${machine}`));
    agent.write(Buffer.concat([...frames, mine(254, 1), mine(255, 1), mine(299, 1)]));
    await settled();
    // The first is the agent's own name, the address alone.
    expect(names()).toEqual(['rig254', '', '']);
  });

  it('that come when memory is tight mine as the first worker does, in no more of it, and none is refused', async () => {
    // A hundred names fill more than half of it.
    await open({ network: HARD_REGTEST, maxDifficulty: EASY, guard: { ...GUARD, memoryBytes: 150_000 } });
    const holder = await pool.miner();
    await holder.call('mining.subscribe', ['cgminer']);
    for (let name = 0; name < 100; name++)
      await holder.call('mining.authorize', [`${OTHER_ADDRESS}.${name}`, '']);
    const heldBytes = (): number => pool.listener.guardReport().pendingBytes;
    const held = heldBytes();
    expect(held).toBeGreaterThan(75_000);
    const job = await logIn();
    agent.write(
      Buffer.concat([register(1, 'rig1'), mine(1, 1, {}, job), register(7, 'rig7'), mine(7, 1, {}, job)]),
    );
    await settled();
    expect(names()).toEqual(['', '']);
    expect(shares()).toEqual({ accepted: 2 });
    const frames = Array.from({ length: 3_000 }, (_, machine) => register(machine, `rig${machine}`));
    agent.write(Buffer.concat(frames));
    await settled();
    expect(heldBytes() - held).toBeLessThan(20_000);
  });

  it('are judged by the job they name, until its short id comes round', async () => {
    // 4,300 hashes a share, so that none is one of another job by chance.
    const difficulty = 1e-6;
    await open({ network: HARD_REGTEST, startDifficulty: difficulty, maxDifficulty: difficulty });
    notify = await logIn();
    agent.write(register(1, 'rig1'));
    const [first, second, third] = [mine(1, 1), mine(1, 2), mine(1, 3)];
    agent.write(first);
    const works = async (from: number, until: number): Promise<void> => {
      for (let row = from; row <= until; row++) {
        pool.listener.setWork(sampleWork({ job: row, tip: 1 }));
        await agent.next('mining.notify');
      }
    };
    await works(2, 256);
    agent.write(second);
    await settled();
    expect(shares()).toEqual({ accepted: 2 });
    // 257 would be 1 again but for the time: `sampleWork` has a branch for each byte.
    await works(258, 258);
    const jobs = agent.lines.filter(({ method }) => method === 'mining.notify');
    expect(jobs.map(({ params }) => params![0])).toEqual([
      ...Array.from({ length: 256 }, (_, i) => String(i)),
      '0',
    ]);
    agent.write(third);
    await settled();
    expect(shares()).toEqual({ accepted: 2, 'low-difficulty': 1 });
  });
});

describe('an agent with 5,000 machines', () => {
  const frames = Array.from({ length: 5_000 }, (_, machine) => register(machine, `rig${machine}`));

  it('that register all at once has the share behind them judged at once, each time it comes back', async () => {
    for (let visit = 1; visit <= 3; visit++) {
      agent.write(Buffer.concat([...frames, mine(4_999, visit)]));
      await settled();
      expect(shares()).toEqual({ accepted: visit });
      agent.end();
      agent = await pool.miner();
      notify = await logIn();
    }
  });

  it('that all leave at once, a little later, has the share behind that judged at once', async () => {
    agent.write(Buffer.concat(frames));
    await settled();
    // 4,745 that brought no new name, at 80 a second.
    pool.clock.advance(60_000);
    const leaving = frames.slice(1).map((_, i) => unregister(i + 1));
    agent.write(Buffer.concat([...leaving, mine(0, 1)]));
    await settled();
    expect(shares()).toEqual({ accepted: 1 });
  });

  it('that registers them without end is a flood', async () => {
    const all = Buffer.concat(frames);
    for (let i = 0; i < 40; i++) agent.write(all);
    for (let second = 0; second < 70 && !agent.closed; second++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      pool.clock.advance(1_000);
    }
    await agent.closing();
  });
});

describe('the jobs of an agent that comes back', () => {
  it('go on where they were, and what its machines found for those of before is credited', async () => {
    const difficulty = 1e-6;
    await open({ network: HARD_REGTEST, startDifficulty: difficulty, maxDifficulty: difficulty });
    notify = await logIn();
    agent.write(register(1, 'rig1'));
    agent.write(mine(1, 1));
    await settled();
    const late = mine(1, 2);
    agent.end();
    while (pool.listener.stats().connections > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    agent = await pool.miner();
    const next = await logIn();
    expect([notify, next].map(({ params }) => params![0])).toEqual(['0', '1']);
    agent.write(Buffer.concat([register(1, 'rig1'), late]));
    await settled();
    expect(shares()).toEqual({ accepted: 2 });
  });

  it('of which the pool knows nothing begin elsewhere', async () => {
    expect(notify.params![0]).toBe('0');
    agent = await pool.miner();
    await agent.call('mining.subscribe', [AGENT]);
    await agent.call('mining.authorize', [OTHER_ADDRESS, '']);
    expect((await agent.next('mining.notify')).params![0]).toBe('89');
  });
});

describe('a login by a frame', () => {
  it('is on disk before anything behind it is heard', async () => {
    let release = (): void => {};
    pool.sink.gate = new Promise((resolve) => {
      release = resolve;
    });
    agent.write(Buffer.concat([register(1, 'rig1'), mine(1, 1)]));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(shares()).toEqual({});
    release();
    await settled();
    expect(shares()).toEqual({ accepted: 1 });
    expect(names()).toEqual(['rig1']);
  });
});

describe('a frame', () => {
  it.each([
    ['before the login', AGENT, false],
    ['of who is no farm agent', 'cgminer/4.12', true],
  ])('%s ends the connection', async (_when, userAgent, isLoggedIn) => {
    agent = await pool.miner();
    await agent.call('mining.subscribe', [userAgent]);
    if (isLoggedIn) await agent.call('mining.authorize', [ADDRESS, '']);
    agent.write(register(1, 'rig1'));
    await agent.closing();
  });

  it.each([
    ['that is shorter than its head', '7f010300'],
    ['that is longer than a line may be', '7f020120'],
  ])('%s ends the connection', async (_what, bytes) => {
    agent.write(Buffer.from(bytes, 'hex'));
    await agent.closing();
  });

  it('that means nothing is passed over', async () => {
    agent.write(Buffer.from('7f630400' + '7f020500a9' + '7f0407000100aa' + '7f0508000d0000aa', 'hex'));
    await settled();
    expect(shares()).toEqual({});
  });
});

describe('a block in a frame', () => {
  beforeEach(async () => {
    await open({ network: { ...REGTEST, blockTargetBits: null }, maxDifficulty: EASY });
    notify = await logIn();
    agent.write(register(1, 'rig1'));
    await settled();
  });

  it('is handed on first, stored second, and then logged as its machine’s share', async () => {
    agent.write(mine(1, 7));
    await settled();
    expect(pool.sink.calls).toEqual(['found', 'block', 'append']);
    expect(pool.sink.found).toMatchObject([{ worker: `${ADDRESS}.rig1`, height: 101 }]);
    expect(shares()).toEqual({ accepted: 1 });
  });

  it('is tried of a machine that is not registered', async () => {
    agent.write(mine(2, 7));
    await settled();
    expect(pool.sink.found).toMatchObject([{ worker: ADDRESS }]);
  });

  it('is tried in a line of JSON that names the job as the agent knows it', async () => {
    expect(notify.params![0]).toBe('0');
    expect((await agent.submit(ADDRESS, agent.grind(notify))).result).toBe(true);
    expect(pool.sink.calls).toEqual(['found', 'block', 'append']);
  });

  it('is tried in such a line while a machine is being registered', async () => {
    let release = (): void => {};
    pool.sink.gate = new Promise((resolve) => {
      release = resolve;
    });
    agent.write(register(2, 'rig2'));
    const answer = agent.submit(ADDRESS, agent.grind(notify));
    for (let waits = 0; pool.sink.found.length === 0 && waits < 100; waits++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(pool.sink.calls).toEqual(['found', 'block']);
    release();
    expect((await answer).result).toBe(true);
  });

  it('is tried while the machine before it is being registered', async () => {
    let release = (): void => {};
    pool.sink.gate = new Promise((resolve) => {
      release = resolve;
    });
    agent.write(Buffer.concat([register(2, 'rig2'), mine(1, 0x0a0a0a0a)]));
    for (let waits = 0; pool.sink.found.length === 0 && waits < 100; waits++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(pool.sink.calls).toEqual(['found', 'block']);
    expect(pool.sink.found).toMatchObject([{ worker: `${ADDRESS}.rig1` }]);
    release();
    await settled();
    expect(pool.sink.calls).toEqual(['found', 'block', 'append']);
    expect(shares()).toEqual({ accepted: 1 });
  });
});

describe('a machine that comes after the difficulty has changed', () => {
  it('is told it within a second, without a job, and a change reaches all of them', async () => {
    await open({ network: HARD_REGTEST, startDifficulty: 1024 });
    notify = await logIn();
    expect(agent.difficultyOf(notify)).toBe(1024);
    agent.write(register(1, 'rig1'));
    await agent.call('mining.suggest_difficulty', [5000]);
    // 2^12, machine 1.
    expect(await agent.nextFrame()).toBe('7f0509000c01000100');
    const changed = await agent.next('mining.notify');
    expect(agent.difficultyOf(changed)).toBe(4096);
    agent.write(Buffer.concat([register(2, 'rig2'), register(3, 'rig3')]));
    await settled();
    pool.clock.advance(1_000);
    expect(await agent.nextFrame()).toBe('7f050b000c020002000300');
    await settled();
    expect(agent.lines.filter(({ method }) => method === 'mining.set_difficulty')).toHaveLength(2);
    expect(agent.lines.filter(({ method }) => method === 'mining.notify')).toHaveLength(2);
  });

  it('is told the less often, the more there are of them: a change is a frame of all', async () => {
    await open({ network: HARD_REGTEST, startDifficulty: 1024 });
    notify = await logIn();
    agent.write(Buffer.concat(Array.from({ length: 5_000 }, (_, machine) => register(machine, 'rig'))));
    for (let wish = 0; wish < 16; wish++) {
      await agent.call('mining.suggest_difficulty', [wish % 2 === 0 ? 2048 : 1024]);
    }
    await settled();
    // Each costs two of the sixteen that there are at once. The first job was none.
    expect(agent.lines.filter(({ method }) => method === 'mining.notify')).toHaveLength(1 + 8);
  });

  it('has its shares at what it was told answered as good ones, and credited where they meet the job', async () => {
    // Below 1 an agent's difficulty is the network's.
    await open({ network: { ...REGTEST, blockTargetBits: null } });
    pool.listener.setWork(sampleWork({ job: 2, tip: 2, bits: bitsOfDifficulty(1e-9) }));
    notify = await logIn();
    const first = agent.difficultyOf(notify);
    agent.write(register(1, 'rig1'));
    pool.listener.setWork(sampleWork({ job: 3, tip: 2, bits: bitsOfDifficulty(1e-6) }));
    await agent.next('mining.notify');
    await agent.call('mining.suggest_difficulty', [1]);
    const changed = await agent.next('mining.notify');
    const present = agent.difficultyOf(changed);
    expect(present).toBeGreaterThan(500 * first);
    agent.write(register(2, 'rig2'));
    await settled();
    const low: Grind = { difficulty: first, notDifficulty: present };
    // The first one knows of the change.
    agent.write(Buffer.concat([mine(2, 1, low, changed), mine(1, 2, low, changed), mine(2, 3, {}, changed)]));
    await settled();
    expect(shares()).toEqual({ accepted: 1, uncredited: 1, 'low-difficulty': 1 });
    pool.clock.advance(1);
    pool.listener.setWork(sampleWork({ job: 4, tip: 2, bits: bitsOfDifficulty(1e-6) }));
    agent.write(mine(2, 4, low, await agent.next('mining.notify')));
    await settled();
    expect(shares()).toEqual({ accepted: 1, uncredited: 1, 'low-difficulty': 2 });
  });
});
