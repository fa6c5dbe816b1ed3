import { expect, it } from '@jest/globals';
import { Crew } from '../../../../src/stratum/session/crew.js';
import { parseUsername } from '../../../../src/stratum/session/identity.js';
import { REGTEST } from '../../../integration/stratum/sample-work.js';

// BIP173's P2WPKH example on regtest.
const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

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
