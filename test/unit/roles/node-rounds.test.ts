import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { network } from '../../../src/bitcoin/index.js';
import { type ClosedRound, damagedRecords, ReceiptKey } from '../../../src/claims/index.js';
import type { TaskPoolMode } from '../../../src/config/index.js';
import { fromHex, type Logger, ManualClock } from '../../../src/lib/index.js';
import { NodeClaims } from '../../../src/roles/node-claims.js';
import { bindingNow, type NodeRounds, nodeRounds } from '../../../src/roles/node-rounds.js';
import type { RoundFacts } from '../../../src/rounds/index.js';
import { newFolder } from '../../integration/shares/shard-test.js';
import { silentLogger } from '../../surroundings.js';
import { BINDING, bytesOf, draftOf } from '../rounds/claim-source.js';

const REGTEST = network('regtest');
const POOL: TaskPoolMode = {
  ...({ mode: 'pool', roundsFrom: 'task' } as const),
  ...{ tag: '/t/', reserveAddress: null, taskId: null, nodeKey: null },
};

/** Round 7: the slots from 700 to 799. */
function facts(slotNow: bigint, slotMs: number): RoundFacts {
  const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
  const script = fromHex(`5120${'ab'.repeat(32)}`);
  return {
    ...{ taskId: key(1), nodeKey: key(2), round: 7n, seed: key(3), seedSlot: 700n, startSlot: 700n },
    ...{ endSlot: 799n, submissionDeadlineSlot: 900n, auditDeadlineSlot: 1_000n, slotNow, slotMs },
    reserveEpochs: [{ epoch: 0, script, firstRound: 0n, lastRound: 99n }],
    ...{ beacons: [], lineage: [], appointment: null },
  };
}

/** The claims of a node with `rounds`; nobody mines. */
async function claimsOf(
  datadir: string,
  rounds: NodeRounds,
  logger: Logger = silentLogger,
): Promise<NodeClaims> {
  return new NodeClaims(
    { datadir, shares: { retentionDays: 1 } },
    rounds,
    () => 0,
    { tellEach: () => {}, kill: () => false },
    REGTEST,
    { active: null },
    { of: () => new Map() },
    await ReceiptKey.open(join(datadir, 'receipt-key.pem')),
    { listenerHung: () => {} },
    new ManualClock(),
    logger,
  );
}

describe('the round that work is made for', () => {
  it('is not worked on again once it was over, though slots turn out to be slower', async () => {
    const rounds = nodeRounds({ pool: POOL, datadir: newFolder() }, REGTEST);
    await rounds.hear(facts(700n, 100), 0);
    expect(bindingNow(rounds, 10_000)?.round).toBe(7n);
    // Slots seem slower by a tenth before it is over: it lasts longer.
    await rounds.hear(facts(790n, 110), 9_900);
    expect(bindingNow(rounds, 11_000)?.round).toBe(7n);
    // Its last ten took 110 ms each, or an eighth more, and its grace is over.
    expect(bindingNow(rounds, 12_000)).toBeNull();
    await rounds.hear(facts(791n, 1_000), 12_001);
    expect(rounds.schedule.isOver(7n, 12_002)).toBe(false);
    expect(bindingNow(rounds, 12_002)).toBeNull();
  });

  it('is not worked on after a restart when it was closed before', async () => {
    const datadir = newFolder();
    const before = nodeRounds({ pool: POOL, datadir }, REGTEST);
    await before.hear(facts(700n, 100), 0);
    const closed = {
      ...{ binding: before.binding(7n)!, bounds: {}, closedMs: 1, claim: null, leftOut: null, lost: [] },
    };
    (await claimsOf(datadir, before)).store.put(closed, null, new Uint8Array(0));

    const rounds = nodeRounds({ pool: POOL, datadir }, REGTEST);
    await claimsOf(datadir, rounds);
    await rounds.hear(facts(701n, 1_000), 5_000);
    expect(rounds.schedule.newest(5_000)).toBe(7n);
    expect(bindingNow(rounds, 5_000)).toBeNull();
  });
});

describe('damaged records at a start', () => {
  it('are set aside and told; a closed round is the same bytes as before where its package is whole', async () => {
    const datadir = newFolder();
    const { draft } = draftOf({ shares: 9, miners: 2, jobs: 4 });
    const { claim, root, package: bytes, cid } = draft.finish();
    // The fourth job is of height 102.
    const tip = { height: 101, hash: bytesOf('block 101') };
    const closed = (round: bigint): ClosedRound => ({
      ...{ binding: { ...BINDING, round }, bounds: {}, closedMs: 1, leftOut: null, lost: [] },
      claim: {
        ...{ root, total: claim.total, count: claim.count, miners: claim.miners, tier: claim.tier, tip },
        ...{ packageCid: cid.toString(), packageBytes: bytes.length },
      },
    });
    const rounds = nodeRounds({ pool: POOL, datadir }, REGTEST);
    await rounds.hear(facts(700n, 100), 0);
    const { store } = await claimsOf(datadir, rounds);
    const none = new Uint8Array(0);
    // BINDING is of round 41; a package that lies there for another round is none of it.
    store.put(closed(41n), bytes, none);
    store.put(closed(42n), bytes, none);
    store.put(closed(43n), null, none);
    for (const name of ['claims/41.json', 'claims/42.json', 'claims/43.json', 'rounds/7.json'])
      writeFileSync(join(datadir, name), '{"format":');

    const said: string[] = [];
    const error = (facts: object): void =>
      void said.push(JSON.stringify(facts, (_key, value) => String(value)));
    const again = nodeRounds({ pool: POOL, datadir }, REGTEST);
    const claims = await claimsOf(datadir, again, { ...silentLogger, error });
    expect(damagedRecords(datadir).sort()).toEqual([
      'claims/41.json.damaged',
      'claims/42.car.damaged',
      'claims/42.json.damaged',
      'claims/43.json.damaged',
      'rounds/7.json.damaged',
    ]);
    expect(said).toHaveLength(4);
    const mended = claims.store.get(41n)!;
    expect({ ...mended, closedMs: 1 }).toEqual(closed(41n));
    expect(Math.abs(mended.closedMs - Date.now())).toBeLessThan(60_000);
    expect(await claims.store.package(41n)).toEqual(Buffer.from(bytes));
    for (const round of [42n, 43n])
      expect([claims.store.get(round), await claims.store.package(round)]).toEqual([null, null]);
    expect(bindingNow(again, 5_000)).toBeNull();
    await again.hear(facts(705n, 100), 5_000);
    expect(bindingNow(again, 5_000)?.round).toBe(7n);
    rmSync(join(datadir, 'claims', '42.car.damaged'));
    expect(damagedRecords(datadir)).toHaveLength(4);
  });
});
