/** Prints what `checkShare` takes for a share, in milliseconds, on the `#sha256` this process was started with. */
import { network } from '../../src/bitcoin/index.js';
import { shareHasher } from '../../src/lib/index.js';
import { checkShare, makeJob, poolShape, type Share, type ShareContext } from '../../src/mining/index.js';
import { bindingOf, EASIEST_BITS, PAYOUT, RESERVE_SCRIPT } from '../integration/shares/share-source.js';
import { deepTemplate } from './deep-template.js';
import { Durations, repeat } from './measurement.js';

const BATCH = 500;
const TIME = 1_767_225_600;

const context: ShareContext = {
  stale: false,
  versionMask: 0,
  minTime: TIME,
  maxTime: TIME,
  easierTarget: null,
  isDuplicate: () => false,
};

const template = deepTemplate(TIME);
const job = makeJob(
  {
    template,
    shape: poolShape(template, '/orcapool/', RESERVE_SCRIPT),
    signature: new Uint8Array(0),
    binding: bindingOf(7n),
    payout: PAYOUT,
    bits: EASIEST_BITS,
  },
  network('regtest'),
);

const shares: Share[] = [];
for (let nonce = 0; shares.length < BATCH; nonce++) {
  const share = { extranonce: new Uint8Array(12).fill(nonce), time: TIME, nonce, version: template.version };
  if (checkShare(job, share, context).kind === 'accepted') shares.push(share);
}

function judgeAll(): void {
  for (const share of shares) {
    if (checkShare(job, share, context).kind !== 'accepted') throw new Error('a good share was not accepted');
  }
}

repeat(500, new Durations(), judgeAll);
const batches = new Durations();
repeat(1_500, batches, judgeAll);
process.stdout.write(
  JSON.stringify({ name: shareHasher.name, perShareMs: batches.figures().p50Ms! / BATCH }),
);
