import { describe, expect, it } from '@jest/globals';
import { equalBytes, utf8 } from '../../../src/lib/index.js';
import { CHEATS, type CheatName, StorageNode } from '../../../src/localnet/koii/index.js';
import { decodeSubmission, encodeSubmission } from '../../../src/rounds/index.js';
import {
  audited,
  BINDING,
  claimUnderAudit,
  NODE_KEY,
  type Packed,
  packedOf,
  submissionOf,
  worked,
} from '../audit/audit-source.js';
import { bytesOf } from '../rounds/claim-source.js';

const OURS = packedOf(worked().built);
const THEIRS = packedOf(worked({ binding: { ...BINDING, nodeKey: bytesOf('another node') } }).built);
const EARLIER = packedOf(worked({ binding: { ...BINDING, round: 40n } }).built);

/** The submission of a claim whose package lies in the storage. */
function submitted(packed: Packed, storage: StorageNode): string {
  const storeCid = storage.put([{ name: `${packed.cid}.car`, bytes: packed.bytes }]);
  return String.fromCharCode(...submissionOf(packed, { storeCid }));
}

async function forged(name: CheatName) {
  const storage = new StorageNode('StorageTask', () => true);
  const honest = submitted(OURS, storage);
  const text = await CHEATS[name].forge(honest, {
    ...{ storage, nodeKey: NODE_KEY, before: submitted(EARLIER, storage) },
    others: async () => [submitted(THEIRS, storage)],
  });
  const submission = decodeSubmission(text);
  if (submission.kind === 'idle' || submission.storeCid === null) throw new Error('a claim was to be forged');
  const bytes = storage.file(submission.storeCid, `${submission.packageCid}.car`);
  return { honest, text, bytes };
}

describe('a claim that is forged on its way to the chain', () => {
  it.each(Object.keys(CHEATS) as CheatName[])('is caught by the check that is named: %s', async (name) => {
    const { honest, text, bytes } = await forged(name);
    const untouched = audited(claimUnderAudit(OURS, utf8(honest)));
    expect(untouched.verdict).toEqual({ kind: 'valid' });
    const claim = { ...claimUnderAudit(OURS, utf8(text)), package: bytes ?? ('unavailable' as const) };
    expect(audited(claim).verdict).toMatchObject({ kind: 'invalid', check: CHEATS[name].check });
  });

  it('claims more than was worked, where that is the point of it', async () => {
    const work = (text: string): bigint => {
      const submission = decodeSubmission(text);
      return submission.kind === 'idle' ? 0n : submission.work;
    };
    for (const name of ['inflate', 'duplicate'] as const) {
      const { honest, text, bytes } = await forged(name);
      expect(work(text)).toBeGreaterThan(work(honest));
      expect(equalBytes(bytes!, OURS.bytes)).toBe(false);
    }
  });

  it('is honest where there is nothing to cheat with', async () => {
    const storage = new StorageNode('StorageTask', () => true);
    const ground = { storage, nodeKey: NODE_KEY, before: null, others: async () => [] };
    const idle = encodeSubmission({ kind: 'idle', round: 41n, proofCid: null, storeCid: null });
    for (const cheat of Object.values(CHEATS)) expect(await cheat.forge(idle, ground)).toBe(idle);
    const honest = submitted(OURS, storage);
    for (const name of ['steal', 'replay'] as const) {
      expect(await CHEATS[name].forge(honest, ground)).toBe(honest);
    }
  });
});
