import { beforeEach, describe, expect, it } from '@jest/globals';
import { bitsOfDifficulty, encodeAddress } from '../../../src/bitcoin/index.js';
import type { BlockCandidate, TemplateHead } from '../../../src/bitcoind/index.js';
import type { BlockProof } from '../../../src/http/index.js';
import { concatBytes } from '../../../src/lib/index.js';
import { EXTRANONCE_BYTES, makeJob, type Payout, soloShape } from '../../../src/mining/index.js';
import { HandedInBlocks, type HandedInParts } from '../../../src/roles/handed-in-blocks.js';
import type { NodeRounds } from '../../../src/roles/node-rounds.js';
import { REGTEST, sampleWork } from '../../integration/stratum/sample-work.js';
import { silentLogger } from '../../surroundings.js';

const WORK = sampleWork({ job: 1, tip: 1 });
const PAYOUT: Payout = { type: 'bitcoin', script: Uint8Array.of(0, 20, ...new Uint8Array(20).fill(5)) };
const WORKER = `${encodeAddress((PAYOUT as { script: Uint8Array }).script, REGTEST)}.rig`;
const BITS = bitsOfDifficulty(1);
const HEAD: TemplateHead = {
  id: 'template',
  height: WORK.template.height,
  prevHash: new Uint8Array(32),
  bits: 1,
};

let accepted: BlockCandidate[];
let passedOn: BlockCandidate[];

beforeEach(() => {
  accepted = [];
  passedOn = [];
});

function blockOf(shape = WORK.shape): BlockProof {
  const job = makeJob({ ...WORK, shape, signature: new Uint8Array(0), payout: PAYOUT, bits: BITS }, REGTEST);
  const coinbase = concatBytes(job.prefix, new Uint8Array(EXTRANONCE_BYTES), job.suffix);
  return { header: new Uint8Array(80), coinbase, worker: WORKER, bits: BITS };
}

function roundsPaying(reserveScript: Uint8Array): NodeRounds {
  const newest = WORK.binding.round;
  return {
    schedule: { newest: () => newest },
    binding: (round: bigint) => ({ ...WORK.binding, round, reserveScript }),
  } as unknown as NodeRounds;
}

/** Of the last run, unless `more` says otherwise. */
function blocks(mode: 'pool' | 'solo', more: Partial<HandedInParts> = {}): HandedInBlocks {
  const parts: HandedInParts = {
    work: { templateOf: () => null },
    lastRun: { find: async () => HEAD },
    rounds: mode === 'solo' ? null : roundsPaying(WORK.binding.reserveScript),
    network: REGTEST,
    nowMs: () => 0,
    accept: (block) => accepted.push(block),
    passOn: (block) => passedOn.push(block),
    ...more,
  };
  return new HandedInBlocks({ mode, tag: 'orcapool' }, parts, silentLogger);
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a block over HTTP', () => {
  it('that comes before the node has begun is tried as soon as it has', async () => {
    const handedIn = blocks('pool');
    handedIn.take(blockOf());
    await settled();
    expect(accepted).toEqual([]);
    handedIn.open();
    await settled();
    expect(accepted).toMatchObject([{ templateId: 'template', height: HEAD.height, worker: WORKER }]);
  });

  it('is answered when it is noted, or known to be none, and not before', async () => {
    let found = (_: typeof HEAD): void => {};
    const find = () => new Promise<typeof HEAD>((resolve) => (found = resolve));
    const handedIn = blocks('pool', { lastRun: { find } });
    let answered = 0;
    const early = handedIn.take(blockOf()).then(() => answered++);
    await settled();
    expect(answered).toBe(0);
    handedIn.open();
    await settled();
    expect([answered, accepted.length]).toEqual([0, 0]);
    found(HEAD);
    await early;
    expect(accepted).toHaveLength(1);
    const none = blocks('pool', { lastRun: { find: async () => null } });
    none.open();
    await none.take(blockOf());
    expect(accepted).toHaveLength(1);
  });

  it('that pays where this node paid before it was set up anew is passed on', async () => {
    const handedIn = blocks('pool', { rounds: roundsPaying(new Uint8Array(22)) });
    handedIn.open();
    handedIn.take(blockOf());
    await settled();
    expect([accepted.length, passedOn.length]).toEqual([0, 1]);
  });

  it('is found by nobody whose payout or bits its coinbase does not name', async () => {
    const handedIn = blocks('pool');
    handedIn.open();
    for (const change of [{ bits: BITS + 1 }, { bits: null }, { worker: 'joe' }, { worker: '' }]) {
      handedIn.take({ ...blockOf(), ...change });
    }
    await settled();
    expect(accepted.map(({ worker }) => worker)).toEqual(['', '', '', '']);
  });

  it('of a solo node has its tag behind the height; one without is passed on', async () => {
    const handedIn = blocks('solo');
    handedIn.open();
    handedIn.take(blockOf(soloShape(WORK.template, 'orcapool')));
    handedIn.take(blockOf(soloShape(WORK.template, 'somebody')));
    await settled();
    expect(accepted).toMatchObject([{ worker: WORKER }]);
    expect(passedOn).toHaveLength(1);
  });

  it('whose bytes are no transaction is none', async () => {
    const handedIn = blocks('pool');
    handedIn.open();
    handedIn.take({ ...blockOf(), coinbase: new Uint8Array(80).fill(0xcc) });
    await settled();
    expect([accepted, passedOn]).toEqual([[], []]);
  });
});
