import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { network } from '../../../src/bitcoin/index.js';
import { sha256d, toDisplayHex, toHex, utf8 } from '../../../src/lib/index.js';
import { soloShape } from '../../../src/mining/index.js';
import { explainShare, type VerifyProgress, verifyShares } from '../../../src/shares/index.js';
import { execute, lie } from './alter-database.js';
import { appendAll } from './shard-surroundings.js';
import { newFolder, openShard } from './shard-test.js';
import { bindingOf, partsOn, ShareSource, templateOn } from './share-source.js';

const REGTEST = network('regtest');

/** Four shares of two jobs in two batches, in one shard. */
async function smallLog(dir: string): Promise<Uint8Array[]> {
  const shard = await openShard(join(dir, 'shard-0.sqlite'));
  const hashes: Uint8Array[] = [];
  for (const prevByte of [1, 2]) {
    const shares = (await ShareSource.on(shard, partsOn(prevByte))).take(2);
    await appendAll(shard, shares);
    hashes.push(...shares.map(({ hash }) => hash));
  }
  await shard.close();
  return hashes;
}

/** Flips one bit of a byte in a column of a batch, whose digest says that it was so. */
function alter(dir: string, column: 'records' | 'hashes' | 'workers', batch: number, byte: number): void {
  const database = new Database(join(dir, 'shard-0.sqlite'));
  const row = database
    .prepare<[number], { bytes: Buffer }>(`SELECT ${column} AS bytes FROM batches WHERE id = ?`)
    .get(batch)!;
  row.bytes[byte] = row.bytes[byte]! ^ 0x01;
  database.prepare(`UPDATE batches SET ${column} = ? WHERE id = ?`).run(row.bytes, batch);
  database.close();
  lie(join(dir, 'shard-0.sqlite'), '');
}

describe('verifying a log', () => {
  it('recomputes every share of every shard, pool and solo, says how far it is, and sums their work', async () => {
    const dir = newFolder();
    await smallLog(dir);
    const shard = await openShard(join(dir, 'shard-1.sqlite'));
    const solo = {
      template: templateOn(3),
      shape: soloShape(templateOn(3), '/solo/'),
      binding: bindingOf(7n),
    };
    await appendAll(shard, (await ShareSource.on(shard, solo)).take(2_500));
    await shard.close();
    const progress: VerifyProgress[] = [];
    const result = await verifyShares(dir, REGTEST, { onProgress: (step) => progress.push(step) });
    // 2,504 shares at two expected hashes each.
    expect(result).toEqual({ checked: 2504, failed: 0, total: 2504, work: 5008n, failures: [], notHeld: [] });
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)).toEqual({ checked: 2504, failed: 0, total: 2504 });
  });

  it('fails exactly the share whose record, hash or worker was altered, whichever byte it was', async () => {
    const dir = newFolder();
    const hashes = await smallLog(dir);
    for (const [column, size] of [
      ['records', 40],
      ['hashes', 32],
      ['workers', 4],
    ] as const) {
      for (let byte = 0; byte < size; byte++) {
        const altered = join(dir, `${column}-${byte}`);
        mkdirSync(altered);
        copyFileSync(join(dir, 'shard-0.sqlite'), join(altered, 'shard-0.sqlite'));
        alter(altered, column, 2, size + byte);
        const { checked, failed, failures } = await verifyShares(altered, REGTEST);
        expect({ column, byte, checked, failed }).toEqual({ column, byte, checked: 4, failed: 1 });
        expect(failures[0]).toMatchObject({ shard: 'shard-0', batch: 2, index: 1 });
        if (column !== 'hashes') expect(failures[0]!.hash).toEqual(hashes[3]);
      }
    }
  });

  it('fails a record that was overwritten with another share’s, and not the share it copies', async () => {
    const dir = newFolder();
    await smallLog(dir);
    const database = new Database(join(dir, 'shard-0.sqlite'));
    const { records } = database
      .prepare<[], { records: Buffer }>('SELECT records FROM batches WHERE id = 1')
      .get()!;
    records.copy(records, 0, 40, 80);
    database.prepare('UPDATE batches SET records = ? WHERE id = 1').run(records);
    database.close();
    lie(join(dir, 'shard-0.sqlite'), '');
    const { failures } = await verifyShares(dir, REGTEST);
    expect(failures.map(({ batch, index, fault }) => [batch, index, fault])).toEqual([
      [1, 0, 'hash-differs'],
    ]);
  });

  it('fails a batch that is not what was committed, though each of its shares stands', async () => {
    const dir = newFolder();
    await smallLog(dir);
    execute(join(dir, 'shard-0.sqlite'), 'UPDATE batches SET committed_ms = committed_ms + 1 WHERE id = 1');
    const { checked, failures } = await verifyShares(dir, REGTEST);
    expect(checked).toBe(4);
    expect(failures.map(({ batch, fault }) => [batch, fault])).toEqual([[1, 'batch-damaged']]);
  });

  it('fails a share credited to another miner’s worker', async () => {
    const dir = newFolder();
    await smallLog(dir);
    const database = new Database(join(dir, 'shard-0.sqlite'));
    database.prepare('UPDATE workers SET miner = miner + 1').run();
    database.close();
    const { failed, work, failures } = await verifyShares(dir, REGTEST);
    // And that there is no miner 2.
    expect({ failed, work }).toEqual({ failed: 5, work: 0n });
    expect(failures[0]).toMatchObject({
      fault: 'worker-wrong',
      says: 'worker 1 belongs to miner 2, not to 1',
    });
  });

  it('recomputes shares with the signature their records name, and fails them all when that is altered or gone', async () => {
    const dir = newFolder();
    const path = join(dir, 'shard-0.sqlite');
    const shard = await openShard(path);
    const source = await ShareSource.on(shard, partsOn(1), 'rig', undefined, utf8('mine'));
    const shares = source.take(3);
    expect(shares[0]!.record.signature).toBeGreaterThan(0);
    await appendAll(shard, shares);
    await shard.close();
    expect(await verifyShares(dir, REGTEST)).toMatchObject({ checked: 3, failed: 0 });
    const { steps } = explainShare(dir, shares[0]!.hash, REGTEST)!;
    const { facts } = steps.find(({ step }) => step === 'coinbase')!;
    expect(facts).toContainEqual(['signature', toHex(utf8('mine'))]);
    expect(new Map(facts).get('coinbase without witness')).toContain(`04${toHex(utf8('mine'))}0c`);

    const database = new Database(path);
    const faults = async (): Promise<string[]> =>
      (await verifyShares(dir, REGTEST)).failures.map(({ fault }) => fault);
    database.prepare('UPDATE signatures SET bytes = ? WHERE id > 0').run(utf8('Mine'));
    expect(await faults()).toEqual([...Array(3).fill('unreadable'), 'rows-missing']);
    database.prepare('DELETE FROM signatures WHERE id > 0').run();
    expect(await faults()).toEqual(Array(3).fill('signature-missing'));
    database.close();
  });

  it('fails a shard without tables, a batch that was emptied, and a gap between batches', async () => {
    const dir = newFolder();
    await smallLog(dir);
    writeFileSync(join(dir, 'shard-1.sqlite'), '');
    const faults = async (): Promise<string[]> =>
      (await verifyShares(dir, REGTEST)).failures.map(({ shard, fault }) => `${shard} ${fault}`);
    expect(await faults()).toEqual(['shard-1 shard-empty']);
    rmSync(join(dir, 'shard-1.sqlite'));
    const database = new Database(join(dir, 'shard-0.sqlite'));
    database.prepare("UPDATE batches SET records = x'', hashes = x'', workers = x'' WHERE id = 2").run();
    expect(await faults()).toEqual(['shard-0 batch-damaged', 'shard-0 totals-differ']);
    database.prepare('UPDATE batches SET id = 4 WHERE id = 2').run();
    database.close();
    expect(await faults()).toEqual([
      'shard-0 batch-missing',
      'shard-0 batch-damaged',
      'shard-0 rows-missing',
      'shard-0 totals-differ',
    ]);
  });

  it('names every shard that is gone, by what is left beside it or by higher numbers', async () => {
    const dir = newFolder();
    for (const number of [0, 1, 2]) {
      const shard = await openShard(join(dir, `shard-${number}.sqlite`));
      await appendAll(shard, (await ShareSource.on(shard, partsOn(number))).take(1));
      await shard.close();
    }
    const gone = async (): Promise<string[][]> =>
      (await verifyShares(dir, REGTEST)).failures.map(({ shard, fault, says }) => [shard, fault, says]);
    expect(await gone()).toEqual([]);
    rmSync(join(dir, 'shard-2.sqlite'));
    expect(await gone()).toEqual([
      ['shard-2', 'shard-missing', 'shard-2.sqlite-owner is there and shard-2.sqlite is not'],
    ]);
    for (const entry of readdirSync(dir)) if (!entry.startsWith('shard-1.')) rmSync(join(dir, entry));
    expect(await gone()).toEqual([
      ['shard-0', 'shard-missing', 'shard-1 is there and shard-0.sqlite is not'],
    ]);
  });

  it('fails the second of two equal shares, in another shard too', async () => {
    const dir = newFolder();
    for (const shardName of ['shard-0', 'shard-1']) {
      const shard = await openShard(join(dir, `${shardName}.sqlite`));
      const source = await ShareSource.on(shard, partsOn(1));
      await appendAll(shard, source.take(3));
      await shard.close();
    }
    const { checked, failures } = await verifyShares(dir, REGTEST);
    expect(checked).toBe(6);
    expect(failures.map(({ shard, fault }) => [shard, fault])).toEqual([
      ['shard-1', 'duplicate'],
      ['shard-1', 'duplicate'],
      ['shard-1', 'duplicate'],
    ]);
  });

  it('fails every share that was appended again, however many previous blocks lie between', async () => {
    const dir = newFolder();
    const shard = await openShard(join(dir, 'shard-0.sqlite'));
    for (let prevByte = 1; prevByte <= 8; prevByte++) {
      await appendAll(shard, (await ShareSource.on(shard, partsOn(prevByte))).take(2));
    }
    await shard.close();
    const path = join(dir, 'shard-0.sqlite');
    lie(
      path,
      `INSERT INTO batches (committed_ms, records, hashes, workers)
      SELECT committed_ms + 1000, records, hashes, workers FROM batches ORDER BY id`,
    );
    const faults = async (): Promise<string[]> =>
      (await verifyShares(dir, REGTEST)).failures.filter(({ batch }) => batch > 8).map(({ fault }) => fault);
    expect(await faults()).toEqual(Array(16).fill('duplicate'));
    // In a longer log the jobs' last batches would be long past.
    lie(path, 'UPDATE jobs SET last_batch_bound = first_batch');
    expect(await faults()).toEqual(Array(16).fill('job-over'));
  });

  it('fails shares easier than the network allows, though they meet their own bits', async () => {
    const dir = newFolder();
    await smallLog(dir);
    const { failed, failures } = await verifyShares(dir, network('mainnet'));
    expect(failed).toBe(4);
    expect(failures[0]!.fault).toBe('work-out-of-bounds');
  });

  it('stops when asked', async () => {
    const dir = newFolder();
    await smallLog(dir);
    const { checked, total } = await verifyShares(dir, REGTEST, { signal: AbortSignal.abort() });
    expect({ checked, total }).toEqual({ checked: 0, total: 4 });
  });
});

describe('explaining a share', () => {
  it('shows each step from the record to the verdict, and they follow from each other by hashing', async () => {
    const dir = newFolder();
    const [hash] = await smallLog(dir);
    const { share, fault, steps } = explainShare(dir, hash!, REGTEST)!;
    expect(share.hash).toEqual(hash);
    expect(fault).toBeNull();
    expect(steps.map(({ step }) => step)).toEqual([
      'record',
      'commitment',
      'coinbase',
      'txid',
      'branch',
      'root',
      'header',
      'hash',
      'target',
      'verdict',
    ]);
    const facts = new Map(
      steps.flatMap((step) => step.facts.map(([name, value]) => [`${step.step} ${name}`, value])),
    );
    const coinbase = facts.get('coinbase coinbase without witness')!;
    // The output script: 6a 24 "ORC1", then the commitment.
    expect(coinbase).toContain(`6a244f524331${facts.get('commitment commitment')}`);
    expect(coinbase).toContain(facts.get('record extranonce')!);
    expect(facts.get('txid txid, display')).toBe(toDisplayHex(sha256d(Buffer.from(coinbase, 'hex'))));
    const header = facts.get('header header')!;
    expect(header.slice(72, 136)).toBe(facts.get('root Merkle root'));
    expect(toDisplayHex(sha256d(Buffer.from(header, 'hex')))).toBe(toDisplayHex(hash!));
    expect(facts.get('hash hash, display')).toBe(toDisplayHex(hash!));
    // 0x7fffff · 2²³², in 64 hex digits.
    expect(facts.get('target target')).toBe(`7fffff${'0'.repeat(58)}`);
    expect(facts.get('target work, expected hashes')).toBe('2');
  });

  it('names the fault of an altered share', async () => {
    const dir = newFolder();
    const hashes = await smallLog(dir);
    alter(dir, 'records', 1, 32);
    const { fault, steps } = explainShare(dir, hashes[0]!, REGTEST)!;
    expect(fault).toBe('hash-differs');
    expect(steps.map(({ step }) => step)).toEqual(['record', 'verdict']);
  });

  it('knows nothing of a share that is not in the log', async () => {
    const dir = newFolder();
    await smallLog(dir);
    expect(explainShare(dir, new Uint8Array(32).fill(1), REGTEST)).toBeNull();
  });
});

describe('the rows that shares name', () => {
  it.each([
    ['jobs', 'first_batch = 5', 'its job begins with batch 5'],
    ['jobs', 'last_batch_bound = 0', 'the last batch with shares of its job was 0 at most'],
    ['signatures', 'last_batch_bound = 0', 'the last batch with shares of its signature was 0 at most'],
  ])('say where shares of theirs are, which a claim goes by: %s, %s', async (table, set, says) => {
    const dir = newFolder();
    await smallLog(dir);
    const database = new Database(join(dir, 'shard-0.sqlite'));
    database.exec(`UPDATE ${table} SET ${set}`);
    database.close();
    const { failures } = await verifyShares(dir, REGTEST);
    const elsewhere = failures.filter(({ fault }) => fault === 'rows-elsewhere' || fault === 'job-over');
    expect(elsewhere).toHaveLength(4);
    if (table !== 'jobs' || set.startsWith('first')) expect(elsewhere[0]!.says).toBe(says);
  });
});
