import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ArchiveGatherer,
  type ArchiveKind,
  Cid,
  decodePackage,
  PackageError,
  proveDraws,
  TransferError,
} from '../../../src/rounds/index.js';
import { blocksOf, type LooseBlock, mutants, sealed, withBlock } from './archive-surgery.js';
import { APPOINTMENT, bytesOf, draftOf } from './claim-source.js';
import { HOSTILE } from './hostile-packages.js';
import { widePackage } from './wide-packages.js';

const built = draftOf({ shares: 12, miners: 3, jobs: 3, appointment: APPOINTMENT }).draft.finish();

type Outcome =
  | { readonly whole: Uint8Array }
  | { readonly sender: string }
  | { readonly claimant: string; readonly broken: Uint8Array };

function gathered(
  archive: Uint8Array,
  cid: Cid,
  { kind = 'package', size = archive.length }: { kind?: ArchiveKind; size?: number } = {},
): Outcome {
  const gatherer = new ArchiveGatherer(kind, cid);
  try {
    for (let at = 0; at < archive.length; at += size) gatherer.push(archive.subarray(at, at + size));
    return { whole: gatherer.finish() };
  } catch (error) {
    if (error instanceof TransferError) return { sender: error.code };
    if (error instanceof PackageError) return { claimant: error.code, broken: gatherer.broken };
    throw error;
  }
}

function rootOf(archive: Uint8Array): Cid {
  return Cid.decode(archive.slice(14, 50));
}

describe('an archive', () => {
  const blocks = blocksOf(built.package);

  it('is put into its own order from any in which links come first', () => {
    const [header, tables, ...rest] = blocks;
    fc.assert(
      fc.property(
        fc.shuffledSubarray(rest, { minLength: rest.length }),
        fc.integer({ min: 1, max: 999 }),
        (order, size) => {
          const sent = sealed([header!, tables!, ...order]);
          expect(gathered(sent, built.cid, { size })).toEqual({ whole: built.package });
        },
      ),
    );
  });

  it('is read as depth-first gateways write it, of a proof too', () => {
    const [header, tables, templates, shapes, signatures, jobs, miners, records] = blocks;
    // Names by length, then by letters: jobs, miners, shapes, templates, signatures.
    const depthFirst = [header, tables, jobs, miners, shapes, templates, signatures, records] as LooseBlock[];
    expect(gathered(sealed(depthFirst), built.cid)).toEqual({ whole: built.package });
    const { draft, shares } = draftOf({ shares: 40, miners: 3, jobs: 3 });
    const proof = proveDraws(draft.finish(), bytesOf('beacon'), (added) => shares[added]!.record);
    const [head, openings, opened] = blocksOf(proof.bytes);
    const sent = sealed([head!, opened!, openings!]);
    expect(gathered(sent, proof.cid, { kind: 'proof' })).toEqual({ whole: proof.bytes });
  });

  it('is whole with its last block, whatever follows', () => {
    const sent = Uint8Array.from([...built.package, ...Buffer.from('HTTP/1.1 200 OK')]);
    for (const size of [1, built.package.length, sent.length]) {
      expect(gathered(sent, built.cid, { size })).toEqual({ whole: built.package });
    }
  });

  it('may have blocks twice, up to a megabyte', () => {
    const twice = sealed(blocks.flatMap((block) => [block, block]));
    expect(gathered(twice, built.cid)).toEqual({ whole: built.package });
    const [header, ...rest] = blocks;
    const times = 1 + Math.floor(1_048_576 / (40 + header!.bytes.length));
    const again = (n: number) => sealed([...Array<LooseBlock>(n + 1).fill(header!), ...rest]);
    expect(gathered(again(times - 1), built.cid)).toEqual({ whole: built.package });
    expect(gathered(again(times), built.cid)).toEqual({ sender: 'BLOCK_REPEATED' });
  });

  it('begins with its root', () => {
    const [header, tables, ...rest] = blocks;
    const turned = sealed([header!, rest[0]!, tables!, ...rest.slice(1)]);
    expect(gathered(turned, built.cid)).toEqual({ sender: 'BLOCK_UNEXPECTED' });
  });
});

describe('the fault', () => {
  it('is the sender’s for every changed bit on the way, and for no other archive', () => {
    const small = draftOf({ shares: 2, miners: 2, jobs: 1 }).draft.finish();
    let refused = 0;
    for (const bytes of mutants(small.package, [1, 16, 128], false)) {
      const outcome = gathered(bytes, small.cid);
      if ('whole' in outcome) expect(outcome.whole).toEqual(small.package);
      else expect(outcome).toEqual({ sender: expect.any(String) });
      if ('sender' in outcome) refused++;
    }
    expect(refused).toBe(3 * small.package.length);
  });

  it('is the claimant’s for every bit that was changed before the hashes were made', () => {
    const small = draftOf({ shares: 2, miners: 2, jobs: 1 }).draft.finish();
    const found = { claimant: 0, whole: 0, lost: 0 };
    for (const bytes of mutants(small.package, [1, 16, 128], true)) {
      const cid = rootOf(bytes);
      const outcome = gathered(bytes, cid);
      if ('whole' in outcome) found.whole++;
      else if ('sender' in outcome) {
        // A link that was changed names a block that nobody has.
        expect(outcome.sender).toBe('BLOCK_UNEXPECTED');
        found.lost++;
      } else {
        found.claimant++;
        // Anybody can see it in what is handed on.
        expect(() => decodePackage(outcome.broken, cid)).toThrow(
          expect.objectContaining({ code: outcome.claimant }),
        );
      }
    }
    // Digests of 32 bytes: tables and records in the header, and the chunks of five tables.
    expect(found.lost).toBe(3 * 7 * 32);
    expect(found.claimant).toBeGreaterThan(1_000);
    expect(found.whole).toBeGreaterThan(1_000); // changed records, which a recount refuses
  });

  // What is of the archive's form alone is the sender's. A root of another kind is refused before there is a CID.
  const SENDERS = /^(CAR_|BLOCK_HASH|BLOCK_MISSING)/;
  const READS: readonly string[] = [
    'a byte behind its last block',
    'an empty section behind its last block',
    'a block twice',
    'blocks in another order',
  ];

  it.each(HOSTILE.filter(({ fault, bytes }) => fault !== 'CID_FORM' && bytes.length > 59))(
    'of $name is told apart',
    ({ name, fault, bytes }) => {
      const outcome = gathered(bytes, rootOf(bytes));
      const isRecount = /^(RECORD_|BITS_|WORK_|VERSION_|LOW_|MINER_ROW)/.test(fault);
      const unused = 'whole' in outcome && fault === 'TABLE_REFERENCE';
      if (READS.includes(name) || isRecount || unused) expect(outcome).toHaveProperty('whole');
      else if (name === 'an end inside a block') expect(outcome).toEqual({ sender: 'BLOCK_MISSING' });
      else if (SENDERS.test(fault)) expect(outcome).toEqual({ sender: fault });
      else expect(outcome).toMatchObject({ claimant: fault });
    },
  );

  it('is the claimant’s for a chunk that is too large, before all are there', () => {
    const wide = blocksOf(widePackage({ rows: { signatures: 20_000 } }));
    const large = withBlock(wide, 4, new Uint8Array(262_145));
    const sent = sealed([...large.slice(0, 2), large[4]!]);
    expect(gathered(sent, rootOf(sealed(large)))).toMatchObject({ claimant: 'CHUNKS' });
  });

  it('is the claimant’s for a head block of a megabyte, unread', () => {
    // An array of as many zeros as there is room for, as the value of its one field.
    const zeros = Buffer.from([0xa1, 0x67, ...Buffer.from('records'), 0x9a, 0x00, 0x0f, 0xff, 0xf0]);
    const bytes = Uint8Array.from([...zeros, ...new Uint8Array(0xffff0)]);
    const cid = Cid.of('dag-cbor', bytes);
    const outcome = gathered(sealed([{ cid: cid.bytes, bytes }]), cid);
    expect(outcome).toMatchObject({ claimant: 'HEADER_FORM' });
    expect(() => decodePackage('broken' in outcome ? outcome.broken : bytes, cid)).toThrow('at most 8192');
  });

  it('is the sender’s for another package, or a proof for a package the claimant’s', () => {
    const other = draftOf({ shares: 3, miners: 1, jobs: 1 }).draft.finish();
    expect(gathered(other.package, built.cid)).toEqual({ sender: 'BLOCK_UNEXPECTED' });
    expect(gathered(built.package, built.cid, { kind: 'proof' })).toMatchObject({ claimant: 'HEADER_FORM' });
  });
});
