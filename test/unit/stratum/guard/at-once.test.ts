import { describe, expect, it } from '@jest/globals';
import { EXCHANGE_MS, NodeOfDoors } from './node-of-doors.js';

const OPTIONS = {
  nodeConnections: 10_000,
  strangersPerAddress: 128,
  longestBanMs: 600_000,
  memoryBytes: 64 << 20,
  unlimited: [],
};
const ADDRESS = '198.51.100.7';

describe.each([1, 2, 8])(
  'an address that comes to all of %d listeners at once, before they have heard of each other',
  (doors) => {
    it.each([false, true])(
      'has 128 connections a second later, the first of each (news late: %s)',
      (late) => {
        const node = new NodeOfDoors(OPTIONS, { doors, late });
        node.later(EXCHANGE_MS);
        const clients = Array.from({ length: 200 * doors }, () => node.come(ADDRESS)).filter(
          (one) => one !== null,
        );
        const other = node.come('203.0.113.9');
        for (let ms = 0; ms < 1_000; ms += EXCHANGE_MS) node.later(EXCHANGE_MS);
        const left = clients.filter(({ gone }) => !gone);
        expect(left).toHaveLength(128);
        expect(left).toEqual(clients.slice(0, 128));
        expect(other?.gone).toBe(false);
      },
    );

    it('keeps those who had been there for longer', () => {
      const node = new NodeOfDoors(OPTIONS, { doors });
      const before = Array.from({ length: 128 }, () => {
        const client = node.come(ADDRESS);
        node.later(EXCHANGE_MS);
        return client;
      });
      for (let ms = 0; ms < 3_000; ms += EXCHANGE_MS) node.later(EXCHANGE_MS);
      for (let i = 0; i < 100; i++) node.come(ADDRESS);
      for (let ms = 0; ms < 1_000; ms += EXCHANGE_MS) node.later(EXCHANGE_MS);
      expect(before.every((client) => client?.gone === false)).toBe(true);
    });
  },
);

it.each([1, 2, 8])(
  'one address that has earned places has three quarters of the node all the same (%d listeners)',
  (doors) => {
    const node = new NodeOfDoors({ ...OPTIONS, nodeConnections: 1_000 }, { doors });
    node.later(EXCHANGE_MS);
    const first = node.come(ADDRESS);
    first!.visit.mayBegin(node.nowMs);
    for (let i = 0; i < 2_000; i++) first!.visit.worked(1, node.nowMs);
    for (let second = 0; second < 60; second++) node.later(1_000);
    for (let i = 0; i < 1_200 * doors; i++) node.come(ADDRESS);
    for (let ms = 0; ms < 1_000; ms += EXCHANGE_MS) node.later(EXCHANGE_MS);
    expect(node.connections).toBeGreaterThan(750 - doors);
    expect(node.connections).toBeLessThanOrEqual(750);
    for (let i = 0; i < 50; i++) expect(node.come(`203.0.113.${i}`)).not.toBeNull();
  },
);
