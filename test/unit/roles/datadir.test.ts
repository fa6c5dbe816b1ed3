import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { claimDatadir, expectDatadir } from '../../../src/roles/datadir.js';
import { openLocalnetFolder } from '../../../src/roles/localnet-folder.js';
import { atTestEnd, temporaryFolder } from '../../bitcoind.js';

describe('the lock of a data directory', () => {
  it('is refused while another living process holds it, and says which', async () => {
    const folder = await temporaryFolder();
    const other = spawn('sleep', ['30']);
    atTestEnd(async () => void other.kill());
    writeFileSync(join(folder, 'node.pid'), String(other.pid));
    expect(() => claimDatadir(folder, 'regtest')).toThrow(
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
    const release = claimDatadir(folder, 'regtest');
    expect(existsSync(join(folder, 'node.pid'))).toBe(true);
    release();
    expect(existsSync(join(folder, 'node.pid'))).toBe(false);
  });

  it('is taken over when its pid belongs to a younger process by now', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'node.pid'), `${process.ppid} 1`);
    claimDatadir(folder, 'regtest')();
  });

  it('is refused for another network than the one whose data is there', async () => {
    const folder = await temporaryFolder();
    claimDatadir(folder, 'regtest')();
    expect(() => claimDatadir(folder, 'mainnet')).toThrow(
      expect.objectContaining({ code: 'DATADIR_OTHER_NETWORK' }),
    );
    expect(() => expectDatadir(folder, 'mainnet')).toThrow(
      expect.objectContaining({ code: 'DATADIR_OTHER_NETWORK' }),
    );
    expect(() => expectDatadir(join(folder, 'nowhere'), 'regtest')).toThrow(
      expect.objectContaining({ code: 'DATADIR_EMPTY' }),
    );
    claimDatadir(folder, 'regtest')();
  });

  it('says in one sentence that the directory cannot be used', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(() => claimDatadir(join(folder, 'file'), 'regtest')).toThrow(
      expect.objectContaining({ code: 'DATADIR_UNUSABLE' }),
    );
  });
});

describe('the folder of a private network', () => {
  it('is emptied of what localnet left, and of nothing else', async () => {
    const folder = await temporaryFolder();
    openLocalnetFolder(folder, false);
    mkdirSync(join(folder, 'bitcoind'));
    writeFileSync(join(folder, 'thesis.txt'), 'precious');
    openLocalnetFolder(folder, true);
    expect(existsSync(join(folder, 'bitcoind'))).toBe(false);
    expect(existsSync(join(folder, 'thesis.txt'))).toBe(true);
  });

  it('is never one that has other things in it', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'thesis.txt'), 'precious');
    expect(() => openLocalnetFolder(folder, true)).toThrow(
      expect.objectContaining({ code: 'LOCALNET_FOLDER_FOREIGN' }),
    );
  });
});
