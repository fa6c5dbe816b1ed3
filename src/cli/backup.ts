/** `orcapool backup <archive>` and `orcapool restore <archive>`: all state of a node in one file, and back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BackupError,
  type BackupStep,
  backUp,
  drill,
  type Manifest,
  type OpenKey,
  restore,
  type SealKey,
} from '../backup/index.js';
import { type NetworkName, network } from '../bitcoin/index.js';
import { skipExtranonces, type Verification, verifyShares } from '../shares/index.js';
import type { CliCommand } from './command.js';
import type { ConfigFlags } from './config-flags.js';
import { bytesText, secondsText } from './quantities.js';
import { paint, type Terminal } from './terminal.js';

/** Where a node's state is, or is to be; from the configuration. Throws a `CodedError`. */
export interface FindState {
  /** Of a node that has worked there. */
  existing(flags: ConfigFlags): { readonly datadir: string; readonly network: NetworkName };
  planned(flags: ConfigFlags): { readonly datadir: string; readonly network: NetworkName };
}

const STEP_NAMES: Readonly<Record<BackupStep['step'], string>> = {
  copy: 'copying',
  write: 'writing the archive',
  verify: 'reading it back',
};

function firstLine(path: unknown): string {
  const line = readFileSync(String(path), 'utf8').split('\n')[0]!.trim();
  if (line === '') throw new BackupError('BACKUP_KEY', `${path} is empty`);
  return line;
}

function identitiesIn(path: unknown): readonly string[] {
  const lines = readFileSync(String(path), 'utf8').split('\n');
  const identities = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  if (identities.length === 0) throw new BackupError('BACKUP_KEY', `no AGE-SECRET-KEY-1… is in ${path}`);
  return identities;
}

function oneOf(first: unknown, second: unknown, names: string): void {
  if (first === undefined || second === undefined) return;
  throw new BackupError('BACKUP_KEY', `give one of ${names}, not both`);
}

function sealKey({ passphraseFile, recipient }: Readonly<Record<string, unknown>>): SealKey {
  oneOf(passphraseFile, recipient, '--passphrase-file and --recipient');
  if (passphraseFile !== undefined) return { kind: 'passphrase', passphrase: firstLine(passphraseFile) };
  if (recipient !== undefined) return { kind: 'recipients', recipients: recipient as string[] };
  return { kind: 'open' };
}

function openKey({ passphraseFile, identityFile }: Readonly<Record<string, unknown>>): OpenKey {
  oneOf(passphraseFile, identityFile, '--passphrase-file and --identity-file');
  if (passphraseFile !== undefined) return { kind: 'passphrase', passphrase: firstLine(passphraseFile) };
  if (identityFile !== undefined) return { kind: 'identities', identities: identitiesIn(identityFile) };
  return { kind: 'open' };
}

/** One line, overwritten, where a person looks. */
function live(terminal: Terminal): (text: string) => void {
  return (text) => {
    if (terminal.colour) terminal.write(`\r\x1b[2K${text}`);
  };
}

async function runBackup(
  datadir: string,
  archive: string,
  key: SealKey,
  terminal: Terminal,
): Promise<number> {
  const startedMs = performance.now();
  const show = live(terminal);
  const { manifest, bytes, verified } = await backUp(datadir, archive, key, Date.now(), (step) =>
    show(`${STEP_NAMES[step.step]}: ${Math.floor((100 * step.done) / Math.max(1, step.total))} %`),
  );
  show('');
  const check =
    verified === 'contents'
      ? 'read back and every file is what was copied'
      : 'read back byte by byte; only its recipients can look inside';
  const took = secondsText(performance.now() - startedMs);
  terminal.write(
    `${paint(terminal, 'green', archive)}: ${manifest.files.length} files of ${manifest.network}, ` +
      `${bytesText(bytes)}, as of ${manifest.takenAt}; took ${took}\n${check}\n`,
  );
  return 0;
}

function wantNetwork(manifest: Manifest, wanted: NetworkName): void {
  if (manifest.network === wanted) return;
  throw new BackupError(
    'BACKUP_UNKNOWN',
    `the archive is of ${manifest.network}, not of ${wanted}: add --network ${manifest.network}`,
  );
}

function settleShards(folder: string, { files }: Manifest): void {
  for (const { path } of files) if (path.startsWith('shares/')) skipExtranonces(join(folder, path));
}

async function runRestore(
  place: { readonly datadir: string; readonly network: NetworkName },
  archive: string,
  key: OpenKey,
  terminal: Terminal,
): Promise<number> {
  const startedMs = performance.now();
  const show = live(terminal);
  const { manifest } = await restore(
    archive,
    key,
    place.datadir,
    async (folder, found) => {
      wantNetwork(found, place.network);
      settleShards(folder, found);
    },
    (bytes) => show(`unpacking: ${bytesText(bytes)}`),
  );
  show('');
  const took = secondsText(performance.now() - startedMs);
  terminal.write(
    `${paint(terminal, 'green', place.datadir)}: the state as of ${manifest.takenAt}; took ${took}\n` +
      `Every file is what was backed up. Start the node; "orcapool verify shares" recomputes its log.\n`,
  );
  return 0;
}

async function runDrill(
  wanted: NetworkName,
  archive: string,
  key: OpenKey,
  terminal: Terminal,
): Promise<number> {
  const startedMs = performance.now();
  const show = live(terminal);
  let unpackedMs = 0;
  const settle = async (folder: string, manifest: Manifest): Promise<Verification> => {
    wantNetwork(manifest, wanted);
    settleShards(folder, manifest);
    unpackedMs = performance.now() - startedMs;
    return await verifyShares(join(folder, 'shares'), network(wanted), {
      onProgress: ({ checked, total }) => show(`${checked} of ${total} shares recomputed`),
    });
  };
  const { manifest, settled } = await drill(archive, key, settle, (bytes) =>
    show(`unpacking: ${bytesText(bytes)}`),
  );
  show('');
  const checkedMs = performance.now() - startedMs - unpackedMs;
  terminal.write(
    `${archive}: the state as of ${manifest.takenAt}\n` +
      `  unpacked and checked ${manifest.files.length} files in ${secondsText(unpackedMs)}\n` +
      `  recomputed ${settled.checked} shares in ${secondsText(checkedMs)}, ${settled.failed} failed\n`,
  );
  const good = settled.failed === 0;
  terminal.write(
    `${paint(terminal, good ? 'green' : 'red', good ? 'This backup restores.' : 'Shares of this backup do not stand.')}\n`,
  );
  return good ? 0 : 1;
}

const PASSPHRASE_FILE = {
  flags: '--passphrase-file <file>',
  about: 'a file whose first line is the passphrase',
} as const;

export function backupCommands(find: FindState): readonly CliCommand[] {
  return [
    {
      kind: 'command',
      words: 'backup <archive>',
      summary: 'copy all state of a node, running or not, into one file, and read it back',
      configured: true,
      options: [
        PASSPHRASE_FILE,
        {
          flags: '--recipient <age1…...>',
          about: 'seal it for these age recipients: this machine cannot read it then',
        },
      ],
      examples: ['orcapool backup pool.tar.gz --config pool.yaml    # while the node runs'],
      run: ({ config, operands, options, terminal }) =>
        runBackup(find.existing(config).datadir, operands[0]!, sealKey(options), terminal),
    },
    {
      kind: 'command',
      words: 'restore <archive>',
      summary: 'make a data directory of a backup, or only show that it would work',
      configured: true,
      options: [
        PASSPHRASE_FILE,
        { flags: '--identity-file <file>', about: 'age identities (AGE-SECRET-KEY-1…), one a line' },
        {
          flags: '--drill',
          about: 'restore to a temporary folder, recompute every share, and remove it again',
        },
      ],
      async run({ config, operands, options, terminal }) {
        const place = find.planned(config);
        const key = openKey(options);
        return options.drill === true
          ? await runDrill(place.network, operands[0]!, key, terminal)
          : await runRestore(place, operands[0]!, key, terminal);
      },
    },
  ];
}
