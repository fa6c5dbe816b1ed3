import { describe, expect, it } from '@jest/globals';
import { bitsToTarget, targetToLe } from '../../../src/bitcoin/index.js';
import { bigintFromLe, toDisplayHex, toHex } from '../../../src/lib/index.js';
import {
  checkShare,
  type Job,
  type Share,
  type ShareContext,
  shareCoinbase,
  shareHeader,
} from '../../../src/mining/index.js';
import { BLOCKS, jobOfBlock, LENIENT } from './block-jobs.js';

const EXTRANONCE_AT = 45;

describe('real blocks taken as shares', () => {
  it.each(BLOCKS)('$hash is accepted and a block, wherever its extranonce lies', (block) => {
    const length = block.coinbase.length / 2;
    for (let at = 0; at + 12 <= length; at++) {
      const { job, share } = jobOfBlock(block, at);
      const verdict = checkShare(job, share, LENIENT);
      expect([verdict.kind, verdict.isBlock, toDisplayHex(verdict.hash)]).toEqual([
        'accepted',
        true,
        block.hash,
      ]);
    }
  });

  it.each(BLOCKS)('$hash: its header and coinbase are given back to the byte', (block) => {
    const { job, share } = jobOfBlock(block, EXTRANONCE_AT);
    expect(toHex(shareHeader(job, share))).toBe(block.header);
    expect(toHex(shareCoinbase(job, share))).toBe(block.coinbase);
  });

  it.each(BLOCKS)('$hash is nothing when any one bit is another', (block) => {
    const { job, share } = jobOfBlock(block, EXTRANONCE_AT);
    let tried = 0;
    const refuse = (changedJob: Job, changedShare: Share): void => {
      tried++;
      const verdict = checkShare(changedJob, changedShare, { ...LENIENT, versionMask: 0xffff_ffff });
      if (verdict.isBlock || verdict.kind !== 'rejected' || verdict.reason !== 'low-difficulty') {
        throw new Error(`change ${tried} is ${verdict.kind}`);
      }
    };
    for (let bit = 0; bit < 32; bit++) {
      for (const field of ['version', 'time', 'nonce'] as const) {
        refuse(job, { ...share, [field]: (share[field] ^ (1 << bit)) >>> 0 });
      }
      refuse({ ...job, template: { ...job.template, bits: (job.template.bits ^ (1 << bit)) >>> 0 } }, share);
    }
    forEachFlip(share.extranonce, (extranonce) => refuse(job, { ...share, extranonce }));
    forEachFlip(job.prefix, (prefix) => refuse({ ...job, prefix }, share));
    forEachFlip(job.suffix, (suffix) => refuse({ ...job, suffix }, share));
    const { template } = job;
    forEachFlip(template.prevHash, (prevHash) =>
      refuse({ ...job, template: { ...template, prevHash } }, share),
    );
    template.branch.forEach((hash, i) => {
      forEachFlip(hash, (changed) => {
        refuse({ ...job, template: { ...template, branch: template.branch.with(i, changed) } }, share);
      });
    });
    // Four header words, the previous hash, the coinbase and the branch; the root follows from the last two.
    expect(tried).toBe(4 * 32 + 256 + block.coinbase.length * 4 + block.branch.length * 256);
  });
});

function forEachFlip(bytes: Uint8Array, visit: (changed: Uint8Array) => void): void {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Uint8Array.from(bytes);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    visit(changed);
  }
}

describe('the hash', () => {
  const { job, share } = jobOfBlock(BLOCKS[0]!, EXTRANONCE_AT);

  it('is in new bytes for every verdict, so that it may be kept', () => {
    const first = checkShare(job, share, LENIENT).hash;
    const before = toHex(first);
    checkShare(job, { ...share, nonce: 0 }, LENIENT);
    expect(toHex(first)).toBe(before);
  });

  it('is in the bytes that were given for it', () => {
    const room = new Uint8Array(32);
    const verdict = checkShare(job, share, LENIENT, room);
    expect(verdict.hash).toBe(room);
    expect(toDisplayHex(room)).toBe(BLOCKS[0]!.hash);
  });
});

describe('the order of checks', () => {
  const { job, share } = jobOfBlock(BLOCKS[0]!, EXTRANONCE_AT);
  const hash = checkShare(job, share, LENIENT).hash;
  const impossible = targetToLe(1n);
  const hopeless: Job = { ...job, target: impossible };

  /** Everything wrong from a step on; each step up repairs one more thing. */
  const wrongs: Partial<ShareContext>[] = [
    { stale: true },
    { versionMask: 0 },
    { minTime: share.time + 1 },
    { maxTime: share.time - 1 },
    { isDuplicate: () => true },
  ];
  const everythingFrom = (step: number): ShareContext =>
    Object.assign({ ...LENIENT, versionMask: 0xffff_ffff }, ...wrongs.slice(step));
  const rolled: Share = { ...share, version: (share.version ^ 0x2000) >>> 0 };
  const reasonOf = (judged: Job, checked: Share, context: ShareContext): string => {
    const verdict = checkShare(judged, checked, context);
    return verdict.kind === 'rejected' ? verdict.reason : verdict.kind;
  };

  it('stale comes first', () => {
    expect(reasonOf(hopeless, rolled, everythingFrom(0))).toBe('stale');
  });

  it('then version bits outside the mask', () => {
    expect(reasonOf(hopeless, rolled, everythingFrom(1))).toBe('version-bits');
  });

  it('then a time too old, then one too new', () => {
    expect(reasonOf(hopeless, rolled, everythingFrom(2))).toBe('time-too-old');
    expect(reasonOf(hopeless, rolled, everythingFrom(3))).toBe('time-too-new');
  });

  it('then difficulty', () => {
    expect(reasonOf(hopeless, rolled, everythingFrom(4))).toBe('low-difficulty');
  });

  it('then a duplicate, also of a share that is only easier', () => {
    expect(reasonOf(job, share, everythingFrom(4))).toBe('duplicate');
    const easier = { ...everythingFrom(4), easierTarget: job.target };
    expect(reasonOf(hopeless, share, easier)).toBe('duplicate');
  });

  it('and a share with nothing wrong is accepted', () => {
    expect(reasonOf(job, share, everythingFrom(5))).toBe('accepted');
  });

  it('asks about duplicates only with a hash worth asking about', () => {
    let asked: Uint8Array | null = null;
    const context: ShareContext = {
      ...LENIENT,
      isDuplicate: (about) => {
        asked = about;
        return false;
      },
    };
    checkShare(hopeless, share, context);
    expect(asked).toBeNull();
    checkShare(job, share, context);
    expect(asked).toEqual(hash);
  });

  it.each(['stale', 'version-bits', 'time-too-old', 'time-too-new', 'duplicate'])(
    'a block stays a block when the share is rejected: %s',
    (reason) => {
      const step = ['stale', 'version-bits', 'time-too-old', 'time-too-new', 'duplicate'].indexOf(reason);
      // A template of another version makes the block's own version the rolled one, its header unchanged.
      const otherTemplate = { ...job.template, version: (job.template.version ^ 0x2000) >>> 0 };
      const judged = reason === 'version-bits' ? { ...job, template: otherTemplate } : job;
      const verdict = checkShare(judged, share, everythingFrom(step));
      expect(verdict).toMatchObject({ kind: 'rejected', reason, isBlock: true });
    },
  );

  it('a block stays a block when it misses harder committed bits', () => {
    expect(checkShare(hopeless, share, LENIENT)).toMatchObject({ reason: 'low-difficulty', isBlock: true });
  });

  it('a share that meets only the present, easier difficulty is uncredited', () => {
    expect(checkShare(hopeless, share, { ...LENIENT, easierTarget: job.target })).toMatchObject({
      kind: 'uncredited',
      isBlock: true,
    });
    expect(reasonOf(job, share, { ...LENIENT, easierTarget: targetToLe(bitsToTarget(0x1d00ffff)) })).toBe(
      'accepted',
    );
  });

  it('the target itself is met, one below it is not, and times at both ends are in', () => {
    const value = bigintFromLe(hash);
    expect(reasonOf({ ...job, target: targetToLe(value) }, share, LENIENT)).toBe('accepted');
    expect(reasonOf({ ...job, target: targetToLe(value - 1n) }, share, LENIENT)).toBe('low-difficulty');
    expect(checkShare({ ...job, blockTarget: targetToLe(value - 1n) }, share, LENIENT).isBlock).toBe(false);
    expect(reasonOf(job, share, { ...LENIENT, minTime: share.time, maxTime: share.time })).toBe('accepted');
  });

  it('version bits may differ inside the mask only (BIP310)', () => {
    for (let bit = 0; bit < 32; bit++) {
      const template = { ...job.template, version: (share.version ^ (1 << bit)) >>> 0 };
      // BIP320's mask: 13 to 28.
      const verdict = reasonOf({ ...job, template }, share, { ...LENIENT, versionMask: 0x1fffe000 });
      expect(verdict).toBe(bit >= 13 && bit <= 28 ? 'accepted' : 'version-bits');
    }
  });
});
