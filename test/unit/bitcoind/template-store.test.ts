import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TemplateStore } from '../../../src/bitcoind/index.js';
import type { BlockTemplate } from '../../../src/mining/index.js';

let folder: string;
let store: TemplateStore;

beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'template-store-')), 'templates');
  store = await TemplateStore.open(folder);
});

afterEach(() => rm(path.dirname(folder), { recursive: true }));

const template = (id: string, withWitness = true): BlockTemplate => ({
  id,
  height: 840_000,
  prevHash: Uint8Array.from({ length: 32 }, (_, i) => i),
  version: 0x2000_0000,
  bits: 0x1703_4219,
  branch: [],
  minTime: 1,
  curTime: 2,
  coinbaseValueSats: 312_500_000n,
  witnessCommitment: withWitness ? new Uint8Array(38) : null,
  transactionCount: 2,
  feesSats: 0n,
});

const A = 'aaaaaaaaaaaaaaaa';
const B = 'bbbbbbbbbbbbbbbb';
const TRANSACTIONS = [Uint8Array.of(1, 2, 3), new Uint8Array(70_000).fill(7)];

describe('TemplateStore', () => {
  it('gives a template back after a restart, byte for byte', async () => {
    await store.write(template(A), TRANSACTIONS);
    await store.write(template(B, false), []);
    const reopened = await TemplateStore.open(folder);
    expect(await reopened.read(A)).toEqual({
      id: A,
      height: 840_000,
      prevHash: template(A).prevHash,
      bits: template(A).bits,
      hasWitnessCommitment: true,
      transactions: TRANSACTIONS,
    });
    expect(await reopened.read(B)).toMatchObject({ hasWitnessCommitment: false, transactions: [] });
  });

  it('tells what a block on each would stand on, without reading the transactions', async () => {
    await store.write(template(A), TRANSACTIONS);
    await writeFile(path.join(folder, `${B}.template`), 'short');
    const { id, height, prevHash, bits } = template(A);
    expect(await store.heads()).toEqual([{ id, height, prevHash, bits }]);
  });

  it('reads what an earlier version wrote, which was without the bits', async () => {
    await store.write(template(A), TRANSACTIONS);
    const file = path.join(folder, `${A}.template`);
    const bytes = await readFile(file);
    // magic 4 · format · height 4 · prevhash 32, then 4 of bits; the last 32 are the checksum.
    const body = Buffer.concat([bytes.subarray(0, 41), bytes.subarray(45, -32)]);
    body[4] = 1;
    await writeFile(file, Buffer.concat([body, createHash('sha256').update(body).digest()]));
    const reopened = await TemplateStore.open(folder);
    expect(await reopened.read(A)).toMatchObject({ bits: null, transactions: TRANSACTIONS });
  });

  it('deletes a released template and says what a missing one means', async () => {
    await store.write(template(A), TRANSACTIONS);
    await store.release(A);
    expect(await readdir(folder)).toEqual([]);
    await expect(store.read(A)).rejects.toMatchObject({ code: 'TEMPLATE_MISSING' });
    await store.release(A);
  });

  it('keeps a held template until it is let go, whatever is released', async () => {
    await store.write(template(A), TRANSACTIONS);
    await store.write(template(B), TRANSACTIONS);
    store.hold(A);
    for (const id of [A, B]) await store.release(id);
    expect(await store.ids()).toEqual([A]);
    await store.letGo(A);
    expect(await store.ids()).toEqual([]);
  });

  it('does not delete what was held and never released', async () => {
    await store.write(template(A), TRANSACTIONS);
    store.hold(A);
    await store.letGo(A);
    expect(await store.ids()).toEqual([A]);
  });

  it('refuses a file with one byte changed, and one cut short', async () => {
    await store.write(template(A), TRANSACTIONS);
    const file = path.join(folder, `${A}.template`);
    const bytes = await readFile(file);
    bytes[50] = bytes[50]! ^ 1;
    await writeFile(file, bytes);
    const reopened = await TemplateStore.open(folder);
    await expect(reopened.read(A)).rejects.toMatchObject({ code: 'TEMPLATE_CORRUPT' });
    await writeFile(file, bytes.subarray(0, 10));
    await expect(reopened.read(A)).rejects.toMatchObject({ code: 'TEMPLATE_CORRUPT' });
  });

  it('clears what a crash left half written', async () => {
    await writeFile(path.join(folder, `${A}.partial`), 'half');
    await TemplateStore.open(folder);
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not follow an id out of its folder', async () => {
    await expect(store.read('../../etc/passwd')).rejects.toMatchObject({ code: 'HEX_MALFORMED' });
  });
});
