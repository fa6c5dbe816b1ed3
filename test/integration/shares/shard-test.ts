/** Folders and shards for one test: whatever it leaves open is closed and removed behind it, also when it fails. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import type { SteadyTimers } from '../../../src/lib/index.js';
import type { ShareShard, ShareShardOptions } from '../../../src/shares/index.js';
import * as surroundings from './shard-surroundings.js';

const folders: string[] = [];
const shards: ShareShard[] = [];

afterEach(async () => {
  for (const shard of shards.splice(0)) await shard.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orcapool-shares-'));
  folders.push(folder);
  return folder;
}

export async function openShard(
  path: string,
  options: Partial<ShareShardOptions> = {},
  timers: SteadyTimers = surroundings.steady,
): Promise<ShareShard> {
  const shard = await surroundings.openShard(path, options, timers);
  shards.push(shard);
  return shard;
}
