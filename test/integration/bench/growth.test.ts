import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { benchGrowth } from '../../bench/growth.js';
import { PartsFailed } from '../../bench/part-by-part.js';
import { QUICK } from '../../bench/scale.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orcapool-growth-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('keeps the sizes that were measured when others fail', async () => {
  // No pool starts in a folder that is a file. A quick run has 5,000 for the 100,000.
  for (const size of [1_000, 5_000]) writeFileSync(join(folder, String(size)), '');
  const failed = await benchGrowth(folder, QUICK).catch((error: unknown) => error);
  if (!(failed instanceof PartsFailed)) throw failed;
  expect(failed.measurements).toMatchObject([{ id: 'growth/100', connections: 100, refused: 0 }]);
  expect(failed.parts.map(({ what }) => what)).toEqual(['1,000 connections', '5,000 connections']);
}, 60_000);
