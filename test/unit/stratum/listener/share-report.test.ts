import { beforeEach, describe, expect, it } from '@jest/globals';
import { difficultyOfHash } from '../../../../src/bitcoin/index.js';
import { ManualClock, weekOf } from '../../../../src/lib/index.js';
import { targetLeOfDifficulty } from '../../../../src/miner/index.js';
import { makeJob } from '../../../../src/mining/index.js';
import { ShareReport } from '../../../../src/stratum/listener/share-report.js';
import { HashIndex } from '../../../../src/stratum/session/hash-index.js';
import { parseUsername } from '../../../../src/stratum/session/identity.js';
import type { Judgement } from '../../../../src/stratum/session/judge-share.js';
import { NO_SIGNATURE } from '../../../../src/stratum/session/signature.js';
import type { Worker } from '../../../../src/stratum/session/worker.js';
import { MemoryShareSink } from '../../../integration/stratum/memory-share-sink.js';
import { REGTEST, sampleWork } from '../../../integration/stratum/sample-work.js';

/** A Sunday, a second before the week ends. */
const SUNDAY_MS = Date.UTC(2026, 10, 22, 23, 59, 59);
// BIP173's P2WPKH example on regtest.
const identity = parseUsername('bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080.rig', REGTEST, 'pool');

let clock: ManualClock;
let sink: MemoryShareSink;
let report: ShareReport;
let worker: Worker;

beforeEach(() => {
  clock = new ManualClock(SUNDAY_MS);
  sink = new MemoryShareSink();
  report = new ShareReport(sink, sink, null, clock);
  const week = weekOf(SUNDAY_MS);
  worker = { identity, miner: 1, row: 1, bestSession: 0, bestWeek: 0, week, bestEver: 0 };
});

/** Its hash is the very target of `difficulty`, as the test miner computes it. */
function share(difficulty: number): Judgement {
  const work = sampleWork({ job: 1, tip: 1 });
  const tip = { prevHash: work.template.prevHash, replacedMs: null, seen: new HashIndex() };
  const bits = 0x207fffff;
  const job = makeJob({ ...work, signature: new Uint8Array(0), payout: identity.payout, bits }, REGTEST);
  return {
    kind: 'accepted',
    refusal: null,
    hash: targetLeOfDifficulty(difficulty),
    hashDifficulty: difficultyOfHash(targetLeOfDifficulty(difficulty)),
    isBlock: false,
    isExcess: false,
    share: { extranonce: new Uint8Array(12), time: 0, nonce: 0, version: 0 },
    issued: {
      id: '01',
      work: { ...work, tip, supersededMs: null },
      job,
      signature: NO_SIGNATURE,
      extranonce1: new Uint8Array(4),
      difficulty: 1,
      time: 0,
      sentMs: SUNDAY_MS,
      isShared: false,
    },
    difficultyMoved: false,
    isOvertaken: false,
  };
}

/** What is told of one more accepted share: timeframe, the best before it, the best now. */
function bests(difficulty: number): [string, number, number][] {
  const before = sink.eventsOf('share_best_diff').length;
  report.settled(share(difficulty), { worker, clientId: 'a5000000', ip: '' }, { kind: 'accepted' }, 1);
  return sink
    .eventsOf('share_best_diff')
    .slice(before)
    .map(({ timeframe, prev_best, new_best }) => [timeframe, Math.round(prev_best), Math.round(new_best)]);
}

describe('a best share', () => {
  it('is told once for each time it is the best of', () => {
    expect(bests(64)).toEqual([
      ['session', 0, 64],
      ['weekly', 0, 64],
      ['alltime', 0, 64],
    ]);
    expect(bests(32)).toEqual([]);
  });

  it('of a session is not one of the week or of all time when those had better', () => {
    worker.bestWeek = 64;
    worker.bestEver = 128;
    expect(bests(32)).toEqual([['session', 0, 32]]);
    expect(bests(100)).toEqual([
      ['session', 32, 100],
      ['weekly', 64, 100],
    ]);
  });

  it('of a new week need not be one of a session that began before it', () => {
    bests(64);
    clock.advance(999);
    expect(bests(32)).toEqual([]);
    clock.advance(1);
    expect(bests(32)).toEqual([['weekly', 0, 32]]);
    expect(bests(16)).toEqual([]);
  });
});
