/**
 * Makes, reads and checks the claim of a round of as many real shares as its argument says, and prints what that took
 * as JSON. A process of its own, so that its memory is the claim's. The shares are ground beforehand, two hashes each.
 */
import { hashMeets, network } from '../../src/bitcoin/index.js';
import { sha256d } from '../../src/lib/index.js';
import { makeJob, type ShareRecord, shareHeader } from '../../src/mining/index.js';
import {
  ClaimDraft,
  decodePackage,
  proveDraws,
  recountPackage,
  verifyDraws,
} from '../../src/rounds/index.js';
import { BINDING, BITS, bytesOf, jobOf, payoutOf } from '../unit/rounds/claim-source.js';
import { deepTemplate } from './deep-template.js';

const MINERS = 100;
const TIME = 1_800_000_600;
const REGTEST = network('regtest');

export interface ClaimCosts {
  readonly collectMs: number;
  readonly buildMs: number;
  /** Of the process, above what it was with the shares ground and nothing claimed. */
  readonly peakBytes: number;
  readonly packageBytes: number;
  /** Full tier: the package read and every share hashed. */
  readonly auditMs: number | null;
  /** Sampled tier. */
  readonly proveMs: number | null;
  readonly proofBytes: number | null;
  /** Sampled tier: the package read, then the proof checked. */
  readonly readMs: number | null;
  readonly verifyMs: number | null;
}

/** Hashes and nonces of each miner's shares: all on one job and one extranonce. */
function ground(shares: number): { hashes: Uint8Array; nonces: Uint32Array } {
  const hashes = new Uint8Array(shares * 32);
  const nonces = new Uint32Array(shares);
  for (let miner = 0; miner < MINERS; miner++) {
    const job = jobFor(miner);
    const header = shareHeader(job, {
      extranonce: new Uint8Array(12),
      time: TIME,
      nonce: 0,
      version: 0x20000000,
    });
    const view = new DataView(header.buffer);
    let nonce = 0;
    for (let i = miner; i < shares; i += MINERS) {
      for (;;) {
        view.setUint32(76, ++nonce, true);
        const hash = sha256d(header);
        if (!hashMeets(hash, job.target)) continue;
        hashes.set(hash, i * 32);
        nonces[i] = nonce;
        break;
      }
    }
  }
  return { hashes, nonces };
}

function partsFor() {
  const { shape } = jobOf(0);
  return { template: { ...deepTemplate(TIME), version: 0x20000000 }, shape };
}

function jobFor(miner: number) {
  const signature = new Uint8Array(0);
  return makeJob(
    { ...partsFor(), signature, binding: BINDING, payout: payoutOf(miner), bits: BITS[0] },
    REGTEST,
  );
}

function timed<Result>(act: () => Result): { result: Result; tookMs: number } {
  const startMs = performance.now();
  const result = act();
  return { result, tookMs: performance.now() - startMs };
}

const shares = Number(process.argv[2]);
const { hashes, nonces } = ground(shares);
const before = process.memoryUsage().rss;
const draft = new ClaimDraft(BINDING, null);
const { template, shape } = partsFor();
const job = draft.job(template, shape);
const signature = draft.signature(new Uint8Array(0));
const miners = Array.from({ length: MINERS }, (_, i) => draft.miner(payoutOf(i)));
const recordAt = (i: number): ShareRecord => ({
  ...{ job, signature, bits: BITS[0], miner: miners[i % MINERS]! },
  ...{ extranonce: new Uint8Array(12), time: TIME, nonce: nonces[i]!, version: 0x20000000 },
});
const collected = timed(() => {
  for (let i = 0; i < shares; i++) draft.add(recordAt(i), hashes.subarray(i * 32, i * 32 + 32));
});
const built = timed(() => draft.finish());
const peakBytes = process.resourceUsage().maxRSS * 1024 - before;
const { package: bytes, cid, claim } = built.result;
const opened = timed(() => decodePackage(bytes, cid));
let costs: Pick<ClaimCosts, 'auditMs' | 'proveMs' | 'proofBytes' | 'readMs' | 'verifyMs'>;
if (claim.tier === 'full') {
  const recounted = timed(() => recountPackage(opened.result, REGTEST));
  const auditMs = opened.tookMs + recounted.tookMs;
  costs = { auditMs, proveMs: null, proofBytes: null, readMs: null, verifyMs: null };
} else {
  const beacon = bytesOf('beacon');
  const proof = timed(() => proveDraws(built.result, beacon, recordAt));
  const verify = () => verifyDraws(proof.result.bytes, proof.result.cid, opened.result, beacon, REGTEST);
  verify(); // compiled
  costs = {
    ...{ auditMs: null, proveMs: proof.tookMs, proofBytes: proof.result.bytes.length },
    ...{ readMs: opened.tookMs, verifyMs: timed(verify).tookMs },
  };
}
const told: ClaimCosts = {
  ...{ collectMs: collected.tookMs, buildMs: built.tookMs, peakBytes, packageBytes: bytes.length },
  ...costs,
};
process.stdout.write(JSON.stringify(told));
