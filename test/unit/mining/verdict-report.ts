/**
 * Prints, as one line of JSON, what the pure rooms make of the vectors. Run as a program of its own, so that a test
 * can choose the `#sha256` behind it (`node --conditions=orcapool-portable`).
 */
import { toDisplayHex, toHex } from '../../../src/lib/index.js';
import { checkShare, digestTemplate, minerId, type RawTemplate } from '../../../src/mining/index.js';
import { readVectors } from '../../read-vectors.js';
import { BLOCKS, jobOfBlock, LENIENT } from './block-jobs.js';

const shares = BLOCKS.map((block) => {
  const { job, share } = jobOfBlock(block, 45);
  const { kind, isBlock, hash } = checkShare(job, share, LENIENT);
  return [kind, isBlock, toDisplayHex(hash)];
});
const { template } = digestTemplate(readVectors<{ readonly template: RawTemplate }>('template').template);
const miner = toHex(minerId({ type: 'k2', key: new Uint8Array(32) }));

process.stdout.write(JSON.stringify({ shares, branch: template.branch.map(toHex), miner }));
