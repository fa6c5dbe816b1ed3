import { expect, it } from '@jest/globals';
import { ManualClock } from '../../../src/lib/index.js';
import type { MinedShare } from '../../../src/miner/index.js';
import { ShareTally } from '../../../src/miner/share-tally.js';

const share = (jobId: string): MinedShare => ({
  jobId,
  extranonce2: new Uint8Array(8),
  time: 0,
  nonce: 0,
  version: 0,
  hash: new Uint8Array(32),
  difficulty: 1,
});

it('pairs answers with submits whatever their order, and measures how long they took', () => {
  const clock = new ManualClock(1_000);
  const tally = new ShareTally(clock);
  tally.send(4, share('a'));
  clock.advance(30);
  tally.send(5, share('b'));
  clock.advance(10);
  expect(tally.answer(5, { code: null, reason: 'Stale' })).toEqual({ share: share('b'), latencyMs: 10 });
  expect(tally.answer(4, null)).toEqual({ share: share('a'), latencyMs: 40 });
  expect(tally.answer(4, null)).toBeNull();
  expect(tally.counts()).toMatchObject({
    accepted: 1,
    rejected: 1,
    stale: 1,
    rejectedByReason: { Stale: 1 },
  });
});

it('counts what a lost connection leaves unanswered, and does not take the next one’s answers for it', () => {
  const tally = new ShareTally(new ManualClock());
  tally.send(4, share('a'));
  tally.send(5, share('a'));
  tally.disconnect();
  expect(tally.answer(4, null)).toBeNull();
  expect(tally.counts()).toMatchObject({ accepted: 0, unanswered: 2 });
});
