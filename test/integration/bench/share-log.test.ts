/** The bench's row of the share log by itself: what it appends are shares, or the log takes them for damage after a second. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { benchShareLog } from '../../bench/share-log.js';

it('measures every rate, longer than the writer takes to read back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orcapool-share-log-'));
  try {
    const rows = await benchShareLog(folder, { lastingMs: 1_200 });
    expect(rows.map(({ what }) => what)).toEqual([
      '100 a second',
      '5,000 a second',
      '25,000 a second',
      'saturated',
      'append, of the socket loop',
      'making one up',
      'hashes read back',
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
