import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MachineSet } from '../../../../src/stratum/agent/machine-set.js';

it('holds what a set of numbers holds, in their order', () => {
  const machine = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 0xffff }));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('add', 'delete'), machine)), (steps) => {
      const set = new MachineSet();
      const model = new Set<number>();
      for (const [step, each] of steps) {
        if (step === 'add') set.add(each);
        else set.delete(each);
        if (step === 'add') model.add(each);
        else model.delete(each);
        expect(set.has(each)).toBe(model.has(each));
      }
      const written = Buffer.alloc(2 * set.size + 2, 0xee);
      set.write(written, 2);
      const inOrder = [...model].sort((a, b) => a - b);
      expect(written).toEqual(
        Buffer.from([0xee, 0xee, ...inOrder.flatMap((each) => [each & 0xff, each >> 8])]),
      );
    }),
  );
});
