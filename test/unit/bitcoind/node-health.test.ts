import { describe, expect, it } from '@jest/globals';
import {
  chooseActive,
  type HealthLimits,
  judgeNode,
  type NodeFacts,
} from '../../../src/bitcoind/node-health.js';

const NOW = 1_000_000;
const LIMITS: HealthLimits = { isPrivate: false, maxLagBlocks: 2, maxBehindMs: 60_000, maxRpcAgeMs: 10_000 };
const CHAIN = { blocks: 900_000, headers: 900_000, initialBlockDownload: false, peers: 8 };
const WELL: NodeFacts = {
  chain: CHAIN,
  lastAnswerMs: NOW - 500,
  behindSinceMs: null,
  problem: null,
  vetted: true,
};

const judge = (facts: Partial<NodeFacts>, bestHeight = 900_000, limits = LIMITS) =>
  judgeNode({ ...WELL, ...facts }, bestHeight, NOW, limits);

describe('a node', () => {
  it('is usable when it answers, is in step, has peers and has passed the guard', () => {
    expect(judge({})).toEqual({ state: 'usable', reason: null });
  });

  it('is not used before the guard has passed it', () => {
    expect(judge({ vetted: false }).state).toBe('connecting');
  });

  it('is syncing in initial block download and without peers of no use, except on regtest', () => {
    const lonely = { ...CHAIN, initialBlockDownload: true, peers: 0 };
    expect(judge({ chain: lonely }).state).toBe('syncing');
    expect(judge({ chain: { ...CHAIN, peers: 0 } }).state).toBe('no-peers');
    expect(judge({ chain: lonely }, 900_000, { ...LIMITS, isPrivate: true }).state).toBe('usable');
  });

  it('may be two blocks behind for a minute, three never', () => {
    const behind = { behindSinceMs: NOW - 60_000 };
    expect(judge(behind, 900_002).state).toBe('usable');
    expect(judge({ behindSinceMs: NOW - 60_001 }, 900_001).state).toBe('lagging');
    expect(judge({ behindSinceMs: NOW }, 900_003)).toEqual({
      state: 'lagging',
      reason: '3 blocks behind for 0 s: check its disk, processor and peers',
    });
  });

  it('stays in use through a timeout and is dropped when it has been silent too long', () => {
    const problem = { code: 'RPC_TIMEOUT', message: 'late' };
    expect(judge({ problem }).state).toBe('usable');
    expect(judge({ problem, lastAnswerMs: NOW - 10_001 })).toEqual({ state: 'unreachable', reason: 'late' });
    expect(judge({ lastAnswerMs: NOW - 10_001 }).state).toBe('unreachable');
  });

  it.each([
    ['RPC_UNREACHABLE', 'unreachable'],
    ['RPC_UNAUTHORIZED', 'unauthorized'],
    ['RPC_WARMING_UP', 'warming-up'],
    ['RPC_IN_IBD', 'syncing'],
    ['RPC_NOT_CONNECTED', 'no-peers'],
    ['GUARD_BELOW_CHECKPOINT', 'syncing'],
    ['GUARD_WRONG_GENESIS', 'refused'],
    ['GUARD_FOREIGN_RULES', 'refused'],
    ['GUARD_TEMPLATE_RULE', 'refused'],
    ['RPC_MALFORMED', 'failing'],
  ])('that ended in %s is %s at once and says why', (code, state) => {
    expect(judge({ problem: { code, message: 'why' } })).toEqual({ state, reason: 'why' });
  });
});

describe('the active node', () => {
  it('is the first usable one', () => {
    expect(chooseActive([null, 5, 5], null, 10, 60)).toBe(1);
    expect(chooseActive([null, null], 1, 10, 60)).toBeNull();
  });

  it('is left at once when it fails', () => {
    expect(chooseActive([null, 5], 0, 10, 60)).toBe(1);
    expect(chooseActive([9, null], 1, 10, 60)).toBe(0);
  });

  it('gives way to a better one only after that has been usable for the whole time', () => {
    expect(chooseActive([41, 5], 1, 100, 60)).toBe(1);
    expect(chooseActive([40, 5], 1, 100, 60)).toBe(0);
    expect(chooseActive([90, 40, 5], 2, 100, 60)).toBe(1);
  });

  it('never gives way to a worse one', () => {
    expect(chooseActive([99, 5], 0, 100, 60)).toBe(0);
  });
});
