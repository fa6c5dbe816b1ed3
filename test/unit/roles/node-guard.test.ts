import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ManualClock } from '../../../src/lib/index.js';
import { Metrics } from '../../../src/metrics/index.js';
import { NodeGuard } from '../../../src/roles/node-guard.js';
import type { ToListener } from '../../../src/roles/process-messages.js';
import type { DoorReport } from '../../../src/stratum/index.js';
import { KeptLog } from '../../surroundings.js';
import { scrape } from '../metrics/scrape.js';

const START_MS = 1_767_225_600_000;
const QUIET: DoorReport = {
  connections: 1,
  strangers: 1,
  guests: 1,
  waiting: 0,
  longestSatMs: 0,
  pendingBytes: 0,
  full: false,
  drops: {},
  addresses: [],
};
const news = {
  open: 0,
  strangers: 0,
  unpaid: 0,
  connects: 1,
  work: 0,
  coveredMs: 0,
  sittingMs: 0,
  faults: 0,
  empty: 0,
  refused: 0,
};

let folder: string;
let clock: ManualClock;
let log: KeptLog;
let metrics: Metrics;
let guard: NodeGuard;
/** What the one listener was sent. */
let sent: ToListener[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orcapool-guard-'));
  clock = new ManualClock(START_MS);
  log = new KeptLog();
  metrics = new Metrics('coordinator', clock);
  guard = open();
});

afterEach(async () => {
  await guard.stop();
  metrics.close();
  rmSync(folder, { recursive: true });
});

function open(): NodeGuard {
  const options = {
    nodeConnections: 100,
    strangersPerAddress: 10,
    longestBanMs: 600_000,
    memoryBytes: 1 << 20,
    unlimited: [],
  };
  sent = [];
  const opened = new NodeGuard(options, join(folder, 'proven.json'), metrics.stratum, log, clock);
  opened.start({
    tellEach(messageFor) {
      const message = messageFor('listener process 1');
      if (message !== null) sent.push(message);
    },
  });
  return opened;
}

it('says once a minute what was held off, with the worst addresses, and nothing in a quiet one', () => {
  for (let i = 0; i < 1_000; i++) {
    guard.report('listener process 1', {
      ...QUIET,
      drops: { 'not-json': 2, 'socket-error': 1 },
      addresses: [
        { ...news, address: '192.0.2.1', faults: 1 },
        { ...news, address: '192.0.2.2', refused: 3 },
      ],
    });
    clock.advance(50);
  }
  clock.advance(10_000);
  expect(log.lines).toEqual([
    {
      level: 'warn',
      message: 'the abuse guard, in the last minute',
      fields: {
        drops: { 'not-json': 2_000 },
        bans: 1,
        worst: ['192.0.2.2: 3000', '192.0.2.1: 1000'],
        banned: 1,
        strangers: 1,
      },
    },
  ]);
  clock.advance(600_000);
  expect(log.lines).toHaveLength(1);
});

it('says so also where nobody was banned', () => {
  guard.report('listener process 1', { ...QUIET, drops: { 'oversize-line': 2 } });
  clock.advance(60_000);
  expect(log.lines.map(({ fields }) => fields)).toMatchObject([{ drops: { 'oversize-line': 2 }, bans: 0 }]);
});

it('counts bans, strangers and pending bytes', async () => {
  guard.report('listener process 1', {
    ...QUIET,
    pendingBytes: 77,
    addresses: [{ ...news, address: '192.0.2.1', faults: 20 }],
  });
  clock.advance(10_000);
  const series = scrape(await metrics.text());
  expect(series.get('orcapool_bans_total')).toBe(1);
  expect(series.get('orcapool_banned_addresses')).toBe(1);
  expect(series.get('orcapool_strangers')).toBe(1);
  expect(series.get('orcapool_pending_bytes')).toBe(77);
});

it('names a node that is full once a minute, and what to do, but no listener that leaves miners to others', () => {
  guard.report('listener process 1', { ...QUIET, connections: 70, full: true });
  guard.report('listener process 2', { ...QUIET, connections: 29 });
  clock.advance(60_000);
  expect(log.lines).toEqual([]);
  guard.report('listener process 2', { ...QUIET, connections: 30, full: true, drops: { full: 3 } });
  clock.advance(12_000);
  guard.report('listener process 2', { ...QUIET, connections: 29 });
  clock.advance(48_000);
  expect(log.lines).toHaveLength(1);
  expect(log.lines[0]!.message).toContain('raise stratum.maxConnections');
  expect(log.lines[0]!.fields).toEqual({
    fullSeconds: 12,
    turnedAway: 3,
    connections: 99,
    maxConnections: 100,
  });
  clock.advance(60_000);
  expect(log.lines).toHaveLength(1);
});

it('tells a listener what changed, and only that', () => {
  guard.report('listener process 1', {
    ...QUIET,
    addresses: [{ ...news, address: '192.0.2.1', faults: 20 }],
  });
  clock.advance(1_000);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({
    kind: 'standing',
    standing: { addresses: [{ address: '192.0.2.1', bannedUntilMs: START_MS + 60_000 }] },
  });
});

it('knows after a restart who has proved work', async () => {
  guard.report('listener process 1', {
    ...QUIET,
    addresses: [{ ...news, address: '192.0.2.1', work: 50, coveredMs: 7_000 }],
  });
  await guard.stop();
  expect(JSON.parse(readFileSync(join(folder, 'proven.json'), 'utf8'))).toEqual([
    { address: '192.0.2.1', credit: 50, provedMs: START_MS, coveredUntilMs: START_MS + 7_000 },
  ]);
  guard = open();
  clock.advance(250);
  expect(sent[0]).toMatchObject({ standing: { addresses: [{ address: '192.0.2.1', allowance: 60 }] } });
});

it('writes that down by the clock of the system, which may have been set meanwhile', async () => {
  clock.wallAheadMs = -7_200_000;
  guard.report('listener process 1', {
    ...QUIET,
    addresses: [{ ...news, address: '192.0.2.1', work: 50, coveredMs: 7_000 }],
  });
  await guard.stop();
  const provedMs = START_MS - 7_200_000;
  expect(JSON.parse(readFileSync(join(folder, 'proven.json'), 'utf8'))).toEqual([
    { address: '192.0.2.1', credit: 50, provedMs, coveredUntilMs: provedMs + 7_000 },
  ]);
  guard = open();
  clock.advance(250);
  expect(sent[0]).toMatchObject({ standing: { addresses: [{ address: '192.0.2.1', allowance: 60 }] } });
});

it('starts without that knowledge where the file is damaged, and says so', async () => {
  await guard.stop();
  writeFileSync(join(folder, 'proven.json'), '[{"address":');
  guard = open();
  clock.advance(250);
  expect(sent).toMatchObject([{ standing: { addresses: [] } }]);
  expect(log.texts.join()).toContain('who has proved work before is not known');
});
