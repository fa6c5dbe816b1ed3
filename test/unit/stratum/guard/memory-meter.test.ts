import { describe, expect, it } from '@jest/globals';
import { MemoryMeter } from '../../../../src/stratum/guard/memory-meter.js';
import { type Holding, MemoryPrice } from '../../../../src/stratum/guard/memory-price.js';

const KIB = 1024;
const CUT_PART = 0.75;
const price = new MemoryPrice({ minDifficulty: 0.001, shareIntervalMs: 10_000 });

/** Of an hour ago, and without a share; the work is in shares of 0.001 in ten seconds. */
class Held {
  readonly name: string;
  private readonly its: Holding;

  constructor(name: string, { shares = 0, ...its }: Partial<Holding> & { readonly shares?: number }) {
    this.name = name;
    this.its = {
      waitingBytes: 0,
      backlogBytes: (shares > 0 ? 512 : 64) * KIB,
      keptBytes: 0,
      work: shares * 0.0001,
      ageMs: 3_600_000,
      ...its,
    };
  }

  get heldBytes(): number {
    return this.its.waitingBytes + this.its.keptBytes;
  }

  holding(): Holding {
    return this.its;
  }
}

function shed(boundBytes: number, holders: readonly Held[]): string[] {
  const meter = new MemoryMeter(boundBytes, CUT_PART, price);
  for (const { heldBytes } of holders) meter.change(0, heldBytes);
  return meter.isOver ? meter.toShed(holders, 0).map(({ name }) => name) : [];
}

/** Above any bound, all have to go. */
function order(...holders: Held[]): string[] {
  return shed(0, holders);
}

const proxy = new Held('proxy', { keptBytes: 180 * KIB, shares: 30 });
const hostile = new Held('hostile', { keptBytes: 90 * KIB, shares: 0.1 });
const beginner = new Held('beginner', { keptBytes: 30 * KIB });

describe('the memory of a process', () => {
  const some = [hostile, proxy, hostile, hostile];

  it('loses nobody within its bound', () => {
    expect(shed(450 * KIB, some)).toEqual([]);
  });

  it('loses above it so many that three quarters are left, and nobody who holds nothing', () => {
    // 450 KiB in all, without one 360 and without two 270; 299 may be left, or 262.
    expect(shed(399 * KIB, some)).toEqual(['hostile', 'hostile']);
    expect(shed(350 * KIB, some)).toEqual(['hostile', 'hostile', 'hostile']);
    expect(order(new Held('idle', {}), proxy)).toEqual(['proxy']);
  });
});

describe('who goes first', () => {
  it('is many that hold a little less for one cheap share, not a proxy at work', () => {
    const many = Array.from({ length: 20 }, () => hostile);
    expect(shed(1_000 * KIB, [proxy, ...many, proxy])).not.toContain('proxy');
  });

  it('is who holds much for one cheap share, not a miner that waits for its first', () => {
    expect(order(beginner, hostile)).toEqual(['hostile', 'beginner']);
  });

  it('is who lets much wait although it works, not who lets nothing wait', () => {
    const slow = new Held('slow', { waitingBytes: 400 * KIB, shares: 1_000 });
    expect(order(proxy, beginner, slow)).toEqual(['slow', 'beginner', 'proxy']);
  });

  it('is who had longer for a first share than a proxy that has just come, but that before all who work', () => {
    const newcomer = new Held('newcomer', { keptBytes: 240 * KIB, ageMs: 2_000 });
    const sitting = new Held('sitting', { keptBytes: 120 * KIB });
    expect(order(proxy, newcomer, sitting)).toEqual(['sitting', 'newcomer', 'proxy']);
  });

  it('is the larger of two who owe alike', () => {
    const twice = new Held('twice', { keptBytes: 180 * KIB, shares: 1.2 });
    expect(order(hostile, twice)).toEqual(['twice', 'hostile']);
  });
});
