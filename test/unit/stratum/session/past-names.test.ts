import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PastNames } from '../../../../src/stratum/session/past-names.js';

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
const name = fc.constantFrom('address', 'address.rig');
const agent = fc.constantFrom('', 'cgminer', 'bosminer');
const step = fc.oneof(
  fc.record({ do: fc.constant('offer' as const), id, name, agent }),
  fc.record({ do: fc.constant('withdraw' as const), id }),
  fc.record({ do: fc.constant('take' as const), name, agent }),
);

interface Offered {
  readonly id: string;
  readonly name: string;
  readonly agent: string;
}

describe('a name', () => {
  it('is given the latest that is free, of its user agent or, with none, of any, as a plain list says', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const names = new PastNames();
        let list: Offered[] = [];
        for (const each of steps) {
          if (each.do === 'take') {
            const fits = (other: Offered): boolean => each.agent === '' || other.agent === each.agent;
            const last = list.findLast((other) => other.name === each.name && fits(other));
            expect(names.take(each.name, each.agent)).toBe(last?.id ?? null);
            list = list.filter((other) => other !== last);
            continue;
          }
          list = list.filter((other) => other.id !== each.id);
          if (each.do === 'withdraw') names.withdraw(each.id);
          else {
            names.offer(each.id, each.name, each.agent);
            list.push({ id: each.id, name: each.name, agent: each.agent });
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
