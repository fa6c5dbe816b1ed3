/**
 * The folder of a private network. A marker tells it from every other folder, so that `--fresh` can never take away
 * anything but what localnet itself left.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../lib/index.js';
import { claimDatadir } from './datadir.js';

export class LocalnetFolderError extends CodedError<'LOCALNET_FOLDER_FOREIGN'> {}

const MARKER = 'localnet';
/** What a data directory has, and a private network beside it. */
const OWN: ReadonlySet<string> = new Set([
  ...['bitcoind', 'nodes', 'log.txt'],
  ...[
    'shares',
    'templates',
    'claims',
    'rounds',
    'audits',
    'packages',
    'found-blocks',
    'blocks.sqlite',
    'receipt-key.pem',
  ],
  ...['proven-addresses.json', 'tip-headers.json', 'sightings.json'],
]);
/** Of files beside one: SQLite's, drafts, and what was set aside. */
const BESIDE = /(?:(?:\.damaged(?:-\d+)?)?(?:-wal|-shm)?|-journal|\.part|\.new)$/;

/**
 * Returns what gives the folder back: it is this process's from here on, also while bitcoind starts. Throws
 * `LocalnetFolderError` for a folder with other things in it, `DatadirError` while a node works in it.
 */
export function openLocalnetFolder(folder: string, fresh: boolean): () => void {
  mkdirSync(folder, { recursive: true });
  const entries = readdirSync(folder);
  if (entries.length > 0 && !entries.includes(MARKER)) {
    throw new LocalnetFolderError(
      'LOCALNET_FOLDER_FOREIGN',
      `${folder} is not a private network's folder and has things in it: name an empty one with --datadir`,
    );
  }
  writeFileSync(
    join(folder, MARKER),
    'The private network of `orcapool localnet`; --fresh empties this folder.\n',
  );
  const unlock = claimDatadir(folder, 'regtest');
  for (const entry of fresh ? entries : []) {
    if (OWN.has(entry.replace(BESIDE, ''))) rmSync(join(folder, entry), { recursive: true, force: true });
  }
  mkdirSync(join(folder, 'shares'), { recursive: true });
  return unlock;
}
