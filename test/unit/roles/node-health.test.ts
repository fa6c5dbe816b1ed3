import { expect, it } from '@jest/globals';
import { healthAnswer } from '../../../src/http/health.js';
import { minerHealth, recordsToo, shareHealth } from '../../../src/roles/node-health.js';

const well = { ok: true, required: true, detail: '', hint: null };
const others = { metrics: well, api: well, share_collection: well };
const SERVES = { height: 100 };
const FAULT = 'the key live.key is not the one of the certificate live.crt';

/** Status of the whole node, and the reason it gives. */
function told(...given: Parameters<typeof minerHealth>): [string, string | undefined] {
  const { status, reasons } = healthAnswer({
    components: { miner: minerHealth(...given), ...others },
    uptimeMs: 0,
  });
  return [status, reasons[0]?.message];
}

it('a renewal that cannot be used degrades a node that serves work, and says why', () => {
  expect(told([SERVES, SERVES], null, null)).toEqual(['healthy', undefined]);
  expect(told([SERVES, SERVES], FAULT, null)).toEqual(['degraded', `TLS: ${FAULT}`]);
});

it('a renewal that cannot be used does not hide that there is no work', () => {
  for (const fault of [null, FAULT]) {
    expect(told([{ height: null }, null], fault, null)).toEqual(['unhealthy', '0 of 2 listeners serve work']);
    expect(told([SERVES, null], fault, null)).toEqual(['degraded', '1 of 2 listeners serve work']);
  }
});

it('a node that turned miners away in the last minute is degraded, and says how many', () => {
  const full = 'full: in the last minute the ports were closed for 12 s and 3 were turned away';
  const minute = { fullSeconds: 12, turnedAway: 3 };
  expect(told([SERVES], null, minute)).toEqual(['degraded', full]);
  expect(told([SERVES], FAULT, minute)).toEqual(['degraded', `TLS: ${FAULT}; ${full}`]);
  expect(told([SERVES, null], null, minute)).toEqual(['degraded', '1 of 2 listeners serve work']);
});

const STORES = { storing: true, fault: null, waitMs: 20 };
const SLOW = { storing: true, fault: null, waitMs: 2_540 };
const FULL = { storing: false, fault: 'the disk is full', waitMs: 20 };
const DOWN = { storing: false, fault: null, waitMs: 0 };

/** Status of the whole node, and the reason it gives. */
function toldOfShares(...given: Parameters<typeof shareHealth>): [string, string | undefined] {
  const { status, reasons } = healthAnswer({
    components: { ...others, miner: well, share_collection: shareHealth(...given) },
    uptimeMs: 0,
  });
  return [status, reasons[0]?.message];
}

it('a node is in service as long as one listener stores shares, and names those that do not', () => {
  expect(toldOfShares([STORES, STORES], [], [], [])).toEqual(['healthy', undefined]);
  expect(toldOfShares([STORES, FULL], [], [], [])).toEqual(['degraded', 'listener 1: the disk is full']);
  expect(toldOfShares([FULL, FULL], [], [], [])).toEqual([
    'unhealthy',
    'listener 0: the disk is full; listener 1: the disk is full',
  ]);
  expect(toldOfShares([FULL, DOWN], [], [], [])).toEqual(['unhealthy', 'listener 0: the disk is full']);
  expect(toldOfShares([DOWN, DOWN], [], [], [])).toEqual(['unhealthy', 'no listener has reported yet']);
});

it('says to recover a damaged shard, and to see to the disk where only that is at fault', () => {
  expect(shareHealth([STORES, FULL], [], ['shard-1'], []).hint).toMatch(/recover the shard/);
  expect(shareHealth([STORES, FULL], [], [], []).hint).toMatch(/has space/);
});

it('a round that cannot be closed is told, and what to do', () => {
  const unclosed = ['round 7 could not be closed: batch 1 cannot be claimed'];
  expect(toldOfShares([STORES], [], [], [], unclosed)).toEqual(['degraded', unclosed[0]]);
  expect(shareHealth([STORES], [], [], [], unclosed).hint).toMatch(/where rows are missing/);
  expect(toldOfShares([FULL], [], [], [], unclosed)).toEqual([
    'unhealthy',
    `listener 0: the disk is full; ${unclosed[0]}`,
  ]);
});

it('a record that the disk refuses degrades a node, says what to do, and hides nothing worse', () => {
  const told = (standings: Parameters<typeof shareHealth>[0], unwritten: readonly string[]) =>
    recordsToo(shareHealth(standings, [], [], []), [], unwritten);
  expect(told([STORES], [])).toEqual(shareHealth([STORES], [], [], []));
  expect(told([STORES], ['a', 'b'])).toMatchObject({
    ok: false,
    required: false,
    detail: 'a; b',
    hint: expect.stringMatching(/has space/),
  });
  expect(told([FULL], ['a'])).toMatchObject({ required: true, detail: 'listener 0: the disk is full; a' });
});

it('a block that cannot be put together is told with what to do, before a record', () => {
  const shares = shareHealth([STORES], [], [], []);
  expect(recordsToo(shares, ['00ab: its template is damaged'], ['a'])).toMatchObject({
    ok: false,
    required: false,
    detail: 'a found block cannot be put together: 00ab: its template is damaged; a',
    hint: expect.stringMatching(/from a backup at once/),
  });
});

it('a slow disk is told and keeps no node out of service, and hides nothing worse', () => {
  expect(toldOfShares([STORES, SLOW], [], [], [])).toEqual([
    'degraded',
    'the disk is slow: in the last minute listener 1 waited up to 2.5 s for a write',
  ]);
  expect(toldOfShares([FULL, SLOW], [], [], [])).toEqual(['degraded', 'listener 0: the disk is full']);
});

it('a node that cannot store templates is out of service, whatever its listeners store', () => {
  expect(toldOfShares([STORES, STORES], ['ENOSPC'], [], [])).toEqual(['unhealthy', 'ENOSPC']);
});

it('a damaged shard is named, and keeps no node out of service whose listeners store', () => {
  expect(toldOfShares([STORES, STORES], [], ['shard-0'], [])).toEqual([
    'degraded',
    'shard-0.sqlite is damaged, and what cannot be read of it is missing in all figures',
  ]);
});

it('a record that was set aside is named as long as it is there, and keeps no node out of service', () => {
  expect(toldOfShares([STORES], [], [], ['claims/7.json.damaged'])).toEqual([
    'degraded',
    'claims/7.json.damaged was set aside',
  ]);
  expect(toldOfShares([FULL], [], [], ['claims/7.json.damaged'])[0]).toBe('unhealthy');
});
