import { beforeEach, describe, expect, it } from '@jest/globals';
import { sha256 } from '../../../../src/lib/index.js';
import { HashIndex } from '../../../../src/stratum/session/hash-index.js';
import { WorkBoard } from '../../../../src/stratum/session/work-board.js';
import { sampleWork } from '../../../integration/stratum/sample-work.js';

const LIFE_MS = 600_000;
const HASH = sha256(Uint8Array.of(1));

function withHash(): HashIndex {
  const seen = new HashIndex();
  seen.add(HASH);
  return seen;
}

let board: WorkBoard;

beforeEach(() => {
  board = new WorkBoard(LIFE_MS, 'starting');
});

describe('the work board', () => {
  it('replaces a tip when another comes, and not when its work is refreshed or lost', () => {
    const first = board.set(sampleWork({ job: 1, tip: 1 }), 0);
    board.set(sampleWork({ job: 2, tip: 1 }), 1_000);
    board.clear('no bitcoind answers', 2_000);
    expect(first.tip.replacedMs).toBeNull();
    board.set(sampleWork({ job: 3, tip: 2 }), 3_000);
    expect(first.tip.replacedMs).toBe(3_000);
  });

  it('counts a tip’s age from the first that replaced it', () => {
    const first = board.set(sampleWork({ job: 1, tip: 1 }), 0);
    board.set(sampleWork({ job: 2, tip: 2 }), 3_000);
    board.set(sampleWork({ job: 3, tip: 3 }), 9_000);
    expect(first.tip.replacedMs).toBe(3_000);
  });

  it('knows a tip that comes back within the life of its jobs, and has forgotten it after that', () => {
    const first = board.set(sampleWork({ job: 1, tip: 1 }), 0);
    first.tip.seen.add(HASH);
    board.set(sampleWork({ job: 2, tip: 2 }), 1_000);
    const back = board.set(sampleWork({ job: 3, tip: 1 }), 1_000 + LIFE_MS);
    expect(back.tip).toBe(first.tip);
    expect(back.tip.replacedMs).toBeNull();

    board.set(sampleWork({ job: 4, tip: 2 }), 2_000 + LIFE_MS);
    const late = board.set(sampleWork({ job: 5, tip: 1 }), 2_001 + 2 * LIFE_MS);
    expect(late.tip.seen.has(HASH)).toBe(false);
  });

  it('has works live until ten minutes after newer work, newest first', () => {
    board.set(sampleWork({ job: 1, tip: 1 }), 0);
    board.set(sampleWork({ job: 2, tip: 1 }), 50_000_000);
    expect(board.live(50_000_000 + LIFE_MS).map(({ job }) => job)).toEqual([2, 1]);
    expect(board.live(50_000_001 + LIFE_MS).map(({ job }) => job)).toEqual([2]);
  });

  it('takes the counted hashes of a tip it does not know, whether that is the first, a later one, or one forgotten', () => {
    const { prevHash } = sampleWork({ job: 1, tip: 1 }).template;
    expect(board.knows(prevHash, 0)).toBe(false);
    expect(board.set(sampleWork({ job: 1, tip: 1 }), 0, withHash()).tip.seen.has(HASH)).toBe(true);
    expect(board.knows(prevHash, 0)).toBe(true);
    expect(board.set(sampleWork({ job: 2, tip: 2 }), 1).tip.seen.has(HASH)).toBe(false);
    const laterMs = 2 + LIFE_MS;
    expect(board.knows(prevHash, laterMs)).toBe(false);
    expect(board.set(sampleWork({ job: 3, tip: 1 }), laterMs, withHash()).tip.seen.has(HASH)).toBe(true);
  });

  it('goes on naming the last round while there is no work', () => {
    board.set(sampleWork({ job: 1, tip: 1, round: 12n }), 0);
    board.clear('no bitcoind answers', 1);
    expect([board.round, board.current, board.reason]).toEqual([12n, null, 'no bitcoind answers']);
  });
});
