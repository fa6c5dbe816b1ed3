import { spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { lockDatadir } from '../../../src/roles/datadir-lock.js';
import { atTestEnd, temporaryFolder } from '../../bitcoind.js';

describe('the lock of a data directory', () => {
  it('is refused while another living process holds it, and says which', async () => {
    const folder = await temporaryFolder();
    const other = spawn('sleep', ['30']);
    atTestEnd(async () => void other.kill());
    writeFileSync(join(folder, 'node.pid'), String(other.pid));
    expect(() => lockDatadir(folder)).toThrow(
      expect.objectContaining({
        code: 'DATADIR_IN_USE',
        message: expect.stringContaining(String(other.pid)),
      }),
    );
  });

  it('is taken over from a process that has died', async () => {
    const folder = await temporaryFolder();
    const dead = spawnSync('true');
    writeFileSync(join(folder, 'node.pid'), String(dead.pid));
    const release = lockDatadir(folder);
    expect(existsSync(join(folder, 'node.pid'))).toBe(true);
    release();
    expect(existsSync(join(folder, 'node.pid'))).toBe(false);
  });
});
