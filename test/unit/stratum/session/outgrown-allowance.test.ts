import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  allowanceKeys,
  LeftAllowances,
  OutgrownAllowance,
} from '../../../../src/stratum/session/outgrown-allowance.js';

const MINUTE_MS = 60_000;
const AT = '192.0.2.1';

let nowMs: number;
let left: LeftAllowances;

beforeEach(() => {
  nowMs = 1_767_225_600_000;
  left = new LeftAllowances();
});

/** Of so many shares, those that are credited. */
function credited(allowance: OutgrownAllowance, shares: number): number {
  let count = 0;
  for (let i = 0; i < shares; i++) if (allowance.credits(nowMs)) count++;
  return count;
}

/** A connection that brings as many shares, and leaves: those credited. */
function visitOf(name: string, isNew: boolean, shares: number): number {
  const { takes, leaves } = allowanceKeys(name, AT, isNew);
  return visit(takes, shares, [...leaves]);
}

/** A connection of a worker that comes under `take`, brings as many shares, and leaves: those credited. */
function visit(take: string, shares: number, keys = [take, AT]): number {
  const allowance = left.take(take, nowMs) ?? new OutgrownAllowance(nowMs);
  const count = credited(allowance, shares);
  left.keep(allowance, keys, nowMs);
  return count;
}

describe('shares for outgrown jobs', () => {
  it('are a thousand at once and a hundred a minute', () => {
    const allowance = new OutgrownAllowance(nowMs);
    expect(credited(allowance, 5_000)).toBe(1_000);
    nowMs += MINUTE_MS;
    expect(credited(allowance, 5_000)).toBe(100);
  });

  it('are no more for a worker that connects again and again', () => {
    let sum = 0;
    for (let i = 0; i < 60; i++, nowMs += 1_000) sum += visit('rig', 5_000);
    // A thousand, and in the 59 s after it 98.3.
    expect(sum).toBe(1_098);
  });

  it('are no more for one that comes under a new name each time', () => {
    let sum = 0;
    for (let i = 0; i < 60; i++, nowMs += 1_000) sum += visit(AT, 5_000, [`name ${i}`, AT]);
    expect(sum).toBe(1_098);
  });

  it('are a thousand for each rig of a farm that comes back all at once beside such a one, if the pool knows them', () => {
    for (let i = 0; i < 500; i++) left.keep(new OutgrownAllowance(nowMs), [`rig ${i}`, AT], nowMs);
    visit(AT, 5_000, ['flood', AT]);
    for (let i = 0; i < 500; i++) expect(visit(`rig ${i}`, 1_000)).toBe(1_000);
  });

  it('are as many for all rigs of one name as for rigs of different ones', () => {
    const rigs = Array.from({ length: 500 }, () => new OutgrownAllowance(nowMs));
    for (const rig of rigs) {
      credited(rig, 100);
      left.keep(rig, ['farm', AT], nowMs);
    }
    const back = rigs.map(() => left.take('farm', nowMs)!);
    expect(back.map((rig) => credited(rig, 5_000))).toEqual(rigs.map(() => 900));
    expect(left.take('farm', nowMs)).toBeNull();
  });

  it('are a thousand for a new miner behind an address where a known one has used up its own', () => {
    expect(visitOf('known', false, 5_000)).toBe(1_000);
    expect(visitOf('new', true, 1_000)).toBe(1_000);
    // The next that nobody knows goes on with that.
    expect(visitOf('newer', true, 1_000)).toBe(0);
    expect(visitOf('known', false, 5_000)).toBe(0);
  });

  it('left behind are forgotten when they are full again, and never more than 20,000', () => {
    visit('rig', 1_000);
    expect(left.size).toBe(1);
    nowMs += 10 * MINUTE_MS;
    visit('other', 1);
    expect([left.size, left.take('rig', nowMs)]).toEqual([1, null]);
    for (let i = 0; i < 20_100; i++) visit(`rig ${i}`, 1);
    expect(left.size).toBe(20_000);
    expect(left.take('rig 0', nowMs)).toBeNull();
  });
});
