/** Directories, and links that lead to themselves, where a data directory has files: none keeps a node from starting. */
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SightingsFile, TipHeaders } from '../../../src/bitcoind/index.js';
import { AuditStore, damagedRecords, ReceiptKey, RoundBook } from '../../../src/claims/index.js';
import { ManualClock } from '../../../src/lib/index.js';
import { newFolder } from '../../integration/shares/shard-test.js';
import { silentLogger } from '../../surroundings.js';

describe.each<readonly [string, (path: string) => void]>([
  ['a directory', (path) => mkdirSync(join(path, 'within'), { recursive: true })],
  ['a link to itself', (path) => symlinkSync(path, path)],
])('%s', (_, put) => {
  it('in the place of what a node saw, or was told, is set aside and named', async () => {
    const datadir = newFolder();
    mkdirSync(join(datadir, 'rounds'));
    for (const name of ['sightings.json', 'tip-headers.json', 'rounds/7.json']) put(join(datadir, name));
    const said: string[] = [];
    const logger = { ...silentLogger, warn: (_facts: object, says: string) => void said.push(says) };
    const seen = await SightingsFile.open(join(datadir, 'sightings.json'), new ManualClock(), logger);
    expect(seen.sightings.replacedAt()).toEqual(new Map());
    const tips = await TipHeaders.open(join(datadir, 'tip-headers.json'), { nodes: [] }, logger);
    expect(tips.of(['00'])).toEqual(new Map());
    expect(new RoundBook(join(datadir, 'rounds')).damaged).toEqual(['7.json.damaged']);
    expect(said).toEqual([
      'what this node saw of the chain is forgotten',
      'the headers of past tips are forgotten',
    ]);
    expect(damagedRecords(datadir)).toEqual([
      'sightings.json.damaged',
      'tip-headers.json.damaged',
      'rounds/7.json.damaged',
    ]);
  });

  it('in the place of an audit is as good as none, and the next one is written', async () => {
    const folder = newFolder();
    const store = new AuditStore(folder);
    mkdirSync(join(folder, '3'));
    put(join(folder, '3', 'one.json'));
    expect([store.get(3n, 'one'), store.all(3n)]).toEqual([null, []]);
    expect(readdirSync(join(folder, '3'))).toEqual(['one.json.damaged']);
  });

  it('in the place of the key of receipts is told, since only its operator can give that up', async () => {
    const path = join(newFolder(), 'receipt-key.pem');
    put(path);
    await expect(ReceiptKey.open(path)).rejects.toMatchObject({ code: 'RECEIPT_KEY_UNREADABLE' });
  });
});
