import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { verifyCommand } from '../../../src/roles/run-localnet.js';

/** The words that a shell makes of the command, without npx. */
function wordsOf(command: string): string[] {
  const script = `npx() { for word in "$@"; do printf '%s\\0' "$word"; done; }; ${command}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

it('the command that verifies a share is what a shell takes it for, whatever the folder is called', () => {
  const before = ['orcapool', 'verify', 'share', 'ab', '--network', 'regtest', '--datadir'];
  expect(verifyCommand('ab', resolve('.orcapool/localnet'))).toBe(
    'npx orcapool verify share ab --network regtest --datadir .orcapool/localnet',
  );
  for (const folder of ['/a b/c', "/it's/c", '/$HOME/c', '/a;b']) {
    expect(wordsOf(verifyCommand('ab', folder))).toEqual([...before, folder]);
  }
});
