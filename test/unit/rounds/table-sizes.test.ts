import { describe, expect, it } from '@jest/globals';
import { ClaimDraft, decodePackage } from '../../../src/rounds/index.js';
import { BINDING, bytesOf, riggedDraft } from './claim-source.js';
import { widePackage } from './wide-packages.js';

const tooMany = expect.objectContaining({ code: 'TABLE_SIZE' });

describe('a table', () => {
  // As docs/claim-format.md has them.
  it.each([
    ['templates', 32_768],
    ['shapes', 32_768],
    ['signatures', 65_536],
    ['jobs', 32_768],
    ['miners', 65_536],
  ] as const)('of %s has at most %i rows', (table, most) => {
    const read = decodePackage(widePackage({ rows: { [table]: most } }), null);
    expect(read.tables[table]).toHaveLength(most);
    expect(() => decodePackage(widePackage({ rows: { [table]: most + 1 } }), null)).toThrow(tooMany);
  });

  it('has no more rows than the claim has shares', () => {
    const package20 = (signatures: number) => widePackage({ rows: { signatures }, count: 20_000n });
    expect(decodePackage(package20(20_000), null).tables.signatures).toHaveLength(20_000);
    expect(() => decodePackage(package20(20_001), null)).toThrow(tooMany);
  });
});

describe('a draft', () => {
  it('leaves out the shares of signatures for which a package has no room, and no others', () => {
    const { draft, record } = riggedDraft(1, 1);
    const add = (signature: number, name: string) =>
      draft.add(
        { ...record, signature: draft.signature(Uint8Array.from(Buffer.from(`s${signature}`))) },
        bytesOf(name),
      );
    // The first share has a signature of its own, the empty one.
    // A call of `expect` for each would take as long as the draft does.
    let added = 0;
    for (let i = 1; i < 65_536; i++) if (add(i, `share ${i}`)) added++;
    expect(added).toBe(65_535);
    expect(add(65_536, 'one too many')).toBe(false);
    expect(add(7, 'another of the seventh')).toBe(true);
    const built = draft.finish();
    expect(decodePackage(built.package, built.cid).claim.count).toBe(65_537n);
  });

  it.each(['job', 'miner'] as const)('leaves out the shares of a %s too many', (of) => {
    const draft = new ClaimDraft(BINDING, null);
    const { record } = riggedDraft(1, 1);
    const most = of === 'job' ? 32_768 : 65_536;
    let added = 0;
    for (let i = 0; i < most; i++) if (draft.add({ ...record, [of]: i }, bytesOf(`share ${i}`))) added++;
    expect(added).toBe(most);
    expect(draft.add({ ...record, [of]: most }, bytesOf('one too many'))).toBe(false);
  });
});
