import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { UNFINISHED_RESTORE } from '../../../src/backup/index.js';
import { claimDatadir, expectDatadir } from '../../../src/roles/datadir.js';
import { openLocalnetFolder } from '../../../src/roles/localnet-folder.js';
import { atTestEnd, temporaryFolder } from '../../bitcoind.js';

describe('the lock of a data directory', () => {
  it('is refused while another process holds it, and says which; it ends with that process', async () => {
    const folder = await temporaryFolder();
    const module = fileURLToPath(new URL('../../../src/roles/datadir.js', import.meta.url));
    const program = `import { claimDatadir } from '${module}';
      claimDatadir('${folder}', 'regtest'); console.log('held'); setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'pipe' });
    atTestEnd(async () => void other.kill('SIGKILL'));
    await once(other.stdout, 'data');
    expect(() => claimDatadir(folder, 'regtest')).toThrow(
      expect.objectContaining({
        code: 'DATADIR_IN_USE',
        message: expect.stringContaining(`process ${other.pid}`),
      }),
    );
    const ended = once(other, 'exit');
    other.kill('SIGKILL');
    await ended;
    const release = claimDatadir(folder, 'regtest');
    expect(readFileSync(join(folder, 'node.pid'), 'utf8')).toBe(String(process.pid));
    release();
    expect(existsSync(join(folder, 'node.pid'))).toBe(false);
  });

  it('is held by one of many that claim it at once, whatever a dead one left', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'node.pid'), '1');
    const claims = Array.from({ length: 5 }, () => {
      try {
        return claimDatadir(folder, 'regtest');
      } catch {
        return null;
      }
    });
    expect(claims.filter((release) => release !== null)).toHaveLength(1);
    for (const release of claims) release?.();
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

  it('is refused while a restore into it has not finished', async () => {
    const folder = await temporaryFolder();
    mkdirSync(join(folder, UNFINISHED_RESTORE));
    expect(() => claimDatadir(folder, 'regtest')).toThrow(
      expect.objectContaining({
        code: 'DATADIR_UNFINISHED',
        message: expect.stringContaining('restore again'),
      }),
    );
    // Nor is it read, as by a backup: with the network's name there it looks like any other.
    writeFileSync(join(folder, 'network'), 'regtest\n');
    expect(() => expectDatadir(folder, 'regtest')).toThrow(
      expect.objectContaining({ code: 'DATADIR_UNFINISHED' }),
    );
    expect(readdirSync(folder).sort()).toEqual([UNFINISHED_RESTORE, 'network'].sort());
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
    openLocalnetFolder(folder, false)();
    mkdirSync(join(folder, 'bitcoind'));
    writeFileSync(join(folder, 'thesis.txt'), 'precious');
    const release = openLocalnetFolder(folder, true);
    expect(() => openLocalnetFolder(folder, true)).toThrow(
      expect.objectContaining({ code: 'DATADIR_IN_USE' }),
    );
    release();
    expect(existsSync(join(folder, 'bitcoind'))).toBe(false);
    expect(existsSync(join(folder, 'thesis.txt'))).toBe(true);
  });

  it('has nothing of a data directory left when it is emptied', async () => {
    const folder = await temporaryFolder();
    openLocalnetFolder(folder, false)();
    const document = fileURLToPath(new URL('../../../../docs/operations.md', import.meta.url));
    const [, table = ''] = readFileSync(document, 'utf8').split(
      '| in the data directory | what |\n|---|---|\n',
    );
    const rows = table.slice(0, table.indexOf('\n\n')).split('\n');
    const names = rows.flatMap((row) =>
      [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
    );
    expect(names).toContain('claims/');
    for (const name of [
      ...names,
      'blocks.sqlite-wal',
      'blocks.sqlite.damaged-2-wal',
      'sightings.json.damaged',
    ]) {
      const [first = '', within] = name.replace('<n>', '0').split('/');
      if (within === undefined) writeFileSync(join(folder, first), '');
      else mkdirSync(join(folder, first, within), { recursive: true });
    }
    openLocalnetFolder(folder, true)();
    // Whose it is, and the folder that the shards are to come into.
    expect(readdirSync(folder).sort()).toEqual(['localnet', 'network', 'node.lock', 'shares']);
    expect(readdirSync(join(folder, 'shares'))).toEqual([]);
  });

  it('is never one that has other things in it', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'thesis.txt'), 'precious');
    expect(() => openLocalnetFolder(folder, true)).toThrow(
      expect.objectContaining({ code: 'LOCALNET_FOLDER_FOREIGN' }),
    );
  });
});
