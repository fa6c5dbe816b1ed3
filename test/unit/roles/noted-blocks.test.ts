import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { encodeHeader, headerHash } from '../../../src/bitcoin/index.js';
import { NotedBlocks } from '../../../src/roles/noted-blocks.js';
import { temporaryFolder } from '../../bitcoind.js';
import { KeptLog } from '../../surroundings.js';

const HEADER = {
  ...{ version: 1, prevHash: new Uint8Array(32).fill(1), merkleRoot: new Uint8Array(32).fill(2) },
  ...{ time: 3, bits: 0x207fffff, nonce: 4 },
};
const BLOCK = {
  ...{ header: encodeHeader(HEADER), coinbase: Uint8Array.of(5, 6), templateId: 'ab', height: 7 },
  worker: 'a miner.rig',
};

async function notes() {
  const folder = join(await temporaryFolder(), 'found-blocks');
  const log = new KeptLog();
  return { folder, log, noted: new NotedBlocks(folder, log) };
}

it('a block is noted once, read by whoever comes next, and forgotten', async () => {
  const { folder, log, noted } = await notes();
  expect(noted.read()).toEqual([]);
  noted.note(BLOCK);
  noted.note(BLOCK);
  expect(new NotedBlocks(folder, log).read()).toEqual([BLOCK]);
  await noted.forget(headerHash(HEADER));
  expect(readdirSync(folder)).toEqual([]);
  await noted.forget(headerHash(HEADER));
  expect(log.lines).toEqual([]);
});

it('what a power cut left of a note is told and removed, and the others are read', async () => {
  const { folder, log, noted } = await notes();
  noted.note(BLOCK);
  writeFileSync(join(folder, `${'0'.repeat(64)}.json`), '');
  writeFileSync(join(folder, `${'1'.repeat(64)}.json`), '{"header":"00"}');
  expect(noted.read()).toEqual([BLOCK]);
  expect(
    log.texts.filter((text) => text.startsWith('warn what should be the note of a found block is none')),
  ).toHaveLength(2);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(readdirSync(folder)).toHaveLength(1);
});

it('where nothing can be written, that is said once', async () => {
  const { folder, log, noted } = await notes();
  writeFileSync(folder, 'no folder');
  noted.note(BLOCK);
  noted.note(BLOCK);
  expect(log.texts).toEqual([expect.stringMatching(/^warn a found block could not be noted/)]);
  expect(noted.fault).toMatch(/E[A-Z]+/);
});

it('what its writer was killed over is no note, and goes when it is old; what cannot be read stays', async () => {
  const { folder, log, noted } = await notes();
  noted.note(BLOCK);
  const [fresh, old] = ['f', 'e'].map((digit) => join(folder, `${digit.repeat(64)}.json.17`));
  for (const draft of [fresh!, old!]) writeFileSync(draft, '{"hea');
  const longAgo = Date.now() / 1000 - 120;
  utimesSync(old!, longAgo, longAgo);
  mkdirSync(join(folder, `${'a'.repeat(64)}.json`));
  expect([noted.read(), noted.read()]).toEqual([[BLOCK], [BLOCK]]);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(readdirSync(folder)).toHaveLength(3);
  expect(log.texts).toEqual([expect.stringMatching(/^error the notes of found blocks cannot be read/)]);
});
