import { expect, it } from '@jest/globals';
import { Crew } from '../../../../src/stratum/session/crew.js';
import { parseUsername } from '../../../../src/stratum/session/identity.js';
import type { Worker } from '../../../../src/stratum/session/worker.js';
import { REGTEST } from '../../../integration/stratum/sample-work.js';

// BIP173's P2WPKH example on regtest.
const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

const worker = (name: string): Worker => ({
  identity: parseUsername(`${ADDRESS}.${name}`, REGTEST, 'pool'),
  ...{ miner: 1, row: 1, bestSession: 0, bestWeek: 0, week: 0, bestEver: 0 },
});

it('takes no other name once memory is tight, has those that come count for the first, and goes on so', () => {
  const room = { isTight: false };
  const crew = new Crew(256, room);
  const logIn = (name: string): boolean => {
    const takes = crew.takesAnother();
    if (takes) crew.add(`${ADDRESS}.${name}`, worker(name));
    return takes;
  };
  expect([logIn('one'), logIn('two')]).toEqual([true, true]);
  expect(crew.workerOf(`${ADDRESS}.three`)).toBeNull();
  room.isTight = true;
  expect(logIn('three')).toBe(false);
  room.isTight = false;
  expect(logIn('four')).toBe(false);
  expect(crew.workerOf(`${ADDRESS}.two`)?.identity.worker).toBe('two');
  for (const name of [`${ADDRESS}.three`, `${ADDRESS}_three`, ` ${ADDRESS.toUpperCase()}_a.b `, ADDRESS])
    expect(crew.workerOf(name)?.identity.worker).toBe('one');
  expect(crew.workerOf('bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry_three')).toBeNull();
});

it('takes its first name however tight memory is', () => {
  const crew = new Crew(256, { isTight: true });
  expect(crew.takesAnother()).toBe(true);
  crew.add(`${ADDRESS}.one`, worker('one'));
  expect(crew.takesAnother()).toBe(false);
});

it('leaves behind the bests of the workers that had a share, and no name of the others', () => {
  const crew = new Crew(256);
  for (const name of ['one', 'two', 'three']) {
    const identity = parseUsername(`${ADDRESS}.${name}`, REGTEST, 'pool');
    const bestSession = name === 'two' ? 7 : 0;
    crew.add(`${ADDRESS}.${name}`, {
      identity,
      miner: 1,
      row: 1,
      bestSession,
      bestWeek: 0,
      week: 0,
      bestEver: 0,
    });
  }
  expect([...crew.bests()]).toEqual([[`${ADDRESS}.two`, 7]]);
});
