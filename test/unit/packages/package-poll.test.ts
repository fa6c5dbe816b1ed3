import { describe, expect, it } from '@jest/globals';
import { ManualClock, utf8 } from '../../../src/lib/index.js';
import { type Fetched, lastTenthMs, PackagePoll, type Wanted } from '../../../src/packages/index.js';
import { Cid } from '../../../src/rounds/index.js';

const wanted: Wanted = { kind: 'package', cid: Cid.of('dag-cbor', utf8('any')) };
const PAUSES = { pauseMs: 1_000, longestPauseMs: 4_000, lastMs: 500 };
const there: Fetched = { kind: 'package', bytes: new Uint8Array(1), from: 'there' };

function unavailable(isAnswered: boolean): Fetched {
  return { kind: 'unavailable', tried: [], isAnswered };
}

/** `answers`: one for each asking; 'silent' until the deadline. The last one stays. */
function polling(deadlineMs: number, answers: readonly (Fetched | 'silent')[]) {
  const clock = new ManualClock();
  const askedAt: number[] = [];
  const source = {
    fetch(_wanted: Wanted, _places: unknown, signal: AbortSignal): Promise<Fetched> {
      const answer = answers[Math.min(askedAt.push(clock.nowMs()), answers.length) - 1]!;
      if (answer !== 'silent') return Promise.resolve(answer);
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(unavailable(false)), { once: true });
      });
    },
  };
  const polled = new PackagePoll(source, clock, PAUSES).until(deadlineMs, wanted, []);
  const run = async (): Promise<Fetched> => {
    let found: Fetched | null = null;
    void polled.then((fetched) => {
      found = fetched;
    });
    for (let i = 0; found === null && i < 10_000; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (found === null) clock.advance(100);
    }
    return polled;
  };
  return { run, askedAt, clock };
}

describe('a package that nobody has', () => {
  it('is asked for again, less and less often, and once more shortly before the deadline', async () => {
    const { run, askedAt, clock } = polling(15_000, [unavailable(true)]);
    expect(await run()).toEqual(unavailable(true));
    // Pauses of 1, 2, 4, 4 s, and what is left but half a second.
    expect(askedAt).toEqual([0, 1_000, 3_000, 7_000, 11_000, 14_500]);
    expect(clock.nowMs()).toBeLessThanOrEqual(15_000);
  });

  it('is taken as soon as somebody has it', async () => {
    const { run, askedAt } = polling(60_000, [unavailable(true), unavailable(true), there]);
    expect(await run()).toEqual(there);
    expect(askedAt).toEqual([0, 1_000, 3_000]);
  });

  it('is given up at the deadline, in the middle of an asking', async () => {
    const { run, clock } = polling(5_000, [unavailable(true), 'silent']);
    // Cut short, it says nothing of our network; the asking before was answered.
    expect(await run()).toEqual(unavailable(true));
    expect(clock.nowMs()).toBe(5_000);
  });

  it('was answered by nobody when no network was there', async () => {
    expect(await polling(5_000, ['silent']).run()).toEqual(unavailable(false));
    expect(await polling(5_000, [unavailable(true), unavailable(false)]).run()).toEqual(unavailable(false));
  });
});

it('An audit window’s last tenth begins after nine', () => {
  expect(lastTenthMs(1_000, 2_000)).toBe(1_900);
});
