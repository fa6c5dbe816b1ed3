import { beforeEach, describe, expect, it } from '@jest/globals';
import { FarmAgent, isFarmAgent } from '../../../../src/stratum/agent/farm-agent.js';
import { ShortJobIds } from '../../../../src/stratum/agent/short-job-ids.js';

const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

let agent: FarmAgent;

beforeEach(() => {
  agent = new FarmAgent(new ShortJobIds(0));
});

describe('who is a farm agent', () => {
  it('is known by how its user agent begins', () => {
    expect(['btccom-agent/2.0.0-mu', 'btccom-agent', 'cgminer btccom-agent/2'].map(isFarmAgent)).toEqual([
      true,
      false,
      false,
    ]);
  });
});

const NOW_MS = 1_000_000;
/** As a machine's share has it: its number in 4 bytes, and 4 of its own. */
const extranonce2 = (machine: number): Uint8Array => Uint8Array.of(0, 0, machine >> 8, machine, 1, 2, 3, 4);

function register(...machines: number[]): void {
  for (const machine of machines) agent.register(machine, `a.r${machine}`, NOW_MS);
}

describe('its machines', () => {
  it('are told no first difficulty, which the agent tells them itself, whenever they come', () => {
    register(1);
    expect(agent.tell(1024)).toBe('');
    register(2);
    expect(agent.tellNewcomers()).toBe('');
    expect(agent.tell(1024)).toBe('');
  });

  it('are told of a change, all in one frame, and once', () => {
    register(1);
    agent.tell(1024);
    register(0x0102);
    // 2^12, two machines.
    expect(hex(agent.tell(4096))).toBe('7f050b000c020001000201');
    expect(agent.tell(4096)).toBe('');
    expect(agent.tellNewcomers()).toBe('');
  });

  it('that come after a change are told alone, and those that left not at all', () => {
    register(1);
    agent.tell(1024);
    agent.tell(4096);
    register(2, 3);
    agent.unregister(3);
    expect(hex(agent.tellNewcomers())).toBe('7f0509000c01000200');
    expect(agent.tellNewcomers()).toBe('');
    expect(agent.tell(4096)).toBe('');
    agent.unregister(1);
    expect(hex(agent.tell(2048))).toBe('7f0509000b01000200');
  });

  it('that come right before a job are told before it', () => {
    agent.tell(1024);
    agent.tell(4096);
    register(2);
    expect(hex(agent.tell(4096))).toBe('7f0509000c01000200');
    expect(agent.tellNewcomers()).toBe('');
  });

  it('that know another are told when the first difficulty is back, and newcomers need not be', () => {
    register(1);
    agent.tell(1024);
    agent.tell(4096);
    expect(hex(agent.tell(1024))).toBe('7f0509000a01000100');
    register(2);
    expect(agent.tellNewcomers()).toBe('');
  });

  it('that come after a change may have the first difficulty for what was sent before, and others not', () => {
    register(1);
    agent.tell(1024);
    agent.tell(4096);
    register(2);
    expect(agent.toldOf(extranonce2(2), NOW_MS)).toBe(1024);
    expect(agent.toldOf(extranonce2(2), NOW_MS + 1)).toBeNull();
    expect(agent.toldOf(extranonce2(1), NOW_MS)).toBeNull();
    expect(agent.toldOf(Uint8Array.of(1, 0, 0, 2, 0, 0, 0, 0), NOW_MS)).toBeNull();
    agent.unregister(2);
    expect(agent.toldOf(extranonce2(2), NOW_MS)).toBeNull();
    register(2);
    agent.tell(1024);
    register(2);
    expect(agent.toldOf(extranonce2(2), NOW_MS)).toBeNull();
  });

  it('are told nothing that is below 1', () => {
    register(1);
    agent.tell(1e-9);
    expect(agent.tell(1e-8)).toBe('');
    register(2);
    expect(agent.tellNewcomers()).toBe('');
  });

  it('cost what is counted for them, and a name once', () => {
    const before = agent.stateBytes;
    for (let machine = 0; machine < 1_000; machine++) agent.register(machine, 'a'.repeat(100), NOW_MS);
    expect(agent.stateBytes - before).toBe(1_000 * 50 + 200);
    for (let machine = 0; machine < 1_000; machine++) agent.unregister(machine);
    expect(agent.stateBytes - before).toBe(200);
  });

  it('cost as much again where they come after a change', () => {
    agent.tell(1024);
    agent.tell(4096);
    const before = agent.stateBytes;
    register(1, 2, 3);
    // The names have four characters.
    expect(agent.stateBytes - before).toBe(3 * 100 + 3 * 104);
  });
});

describe('its shares', () => {
  it('are counted from 0 and in 16 bits', () => {
    const first = [agent.countShare(), agent.countShare()];
    for (let i = 2; i < 65_536; i++) agent.countShare();
    expect([...first, agent.countShare()]).toEqual([0, 1, 0]);
  });
});

describe('short job ids', () => {
  it('are decimal, and come round after 256', () => {
    const ids = new ShortJobIds(0);
    const given = Array.from({ length: 257 }, (_, i) => ids.give({ id: `job ${i}`, time: i }));
    expect([given[0], given[1], given[255], given[256]]).toEqual(['0', '1', '255', '0']);
    expect(ids.find(0)).toEqual({ id: 'job 256', time: 256 });
    expect(ids.find(1)).toEqual({ id: 'job 1', time: 1 });
    expect(ids.stateBytes).toBe(25_600);
  });

  it('mean nothing before they are given', () => {
    const ids = new ShortJobIds(0);
    ids.give({ id: 'job', time: 1 });
    expect(ids.find(1)).toBeNull();
  });

  it('begin elsewhere on each connection, and are found by what a line says', () => {
    const ids = new ShortJobIds(255);
    // 22,695 = 88 · 256 + 167.
    expect(ids.give({ id: 'job', time: 1 })).toBe('167');
    const found = ['167', '0167', '', ' 167', '1e1', '168', 'a5000001'].map((text) => ids.spelled(text));
    expect(found).toEqual([{ id: 'job', time: 1 }, ...Array<null>(6).fill(null)]);
  });
});

describe('machines that came when memory was tight', () => {
  it('are told of difficulties as all are, and forgotten when they leave', () => {
    agent.tell(1024);
    agent.registerUnnamed(0x0102, NOW_MS);
    agent.registerUnnamed(3, NOW_MS);
    expect([agent.usernameOf(3), agent.isUnnamed(3)]).toEqual([null, true]);
    expect(hex(agent.tell(4096))).toBe('7f050b000c020003000201');
    agent.registerUnnamed(4, NOW_MS);
    expect(hex(agent.tellNewcomers())).toBe('7f0509000c01000400');
    for (const machine of [0x0102, 4]) agent.unregister(machine);
    expect(hex(agent.tell(2048))).toBe('7f0509000b01000300');
  });

  it('take a name when there is room again, and keep the one that they have', () => {
    agent.registerUnnamed(1, NOW_MS);
    register(1);
    expect([agent.usernameOf(1), agent.isUnnamed(1)]).toEqual(['a.r1', false]);
    agent.tell(1024);
    agent.tell(4096);
    agent.registerUnnamed(1, NOW_MS);
    expect([agent.usernameOf(1), agent.isUnnamed(1)]).toEqual(['a.r1', false]);
    expect(hex(agent.tellNewcomers())).toBe('7f0509000c01000100');
  });

  it('are known to have been told the first difficulty for a job that was sent before they came', () => {
    agent.tell(1024);
    agent.tell(4096);
    agent.registerUnnamed(7, NOW_MS);
    expect(agent.toldOf(extranonce2(7), NOW_MS - 1)).toBe(1024);
    expect(agent.toldOf(extranonce2(7), NOW_MS + 1)).toBeNull();
    expect(agent.toldOf(extranonce2(8), NOW_MS - 1)).toBeNull();
  });

  it('cost 8 KiB, however many', () => {
    const { stateBytes } = agent;
    for (let machine = 0; machine < 2 ** 16; machine++) agent.registerUnnamed(machine, NOW_MS);
    expect(agent.stateBytes - stateBytes).toBe(8192);
  });
});
