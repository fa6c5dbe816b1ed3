import { expect, it } from '@jest/globals';
import { GUARD_LIMITS, type GuardOptions } from '../../../../src/stratum/guard/guard-limits.js';
import { type Client, EXCHANGE_MS, NodeOfDoors } from './node-of-doors.js';

/** Regtest's preset: strangers have 250 places. */
const OPTIONS: GuardOptions = {
  nodeConnections: 500,
  strangersPerAddress: 128,
  longestBanMs: 600_000,
  memoryBytes: 256 << 20,
  unlimited: [],
};
const VICES = ['flood', 'deaf', 'slowloris', 'garbage', 'storm'] as const;
const HOSTILE = 1_000;
/** An honest miner's firmware tries again after five seconds. */
const HOSTILE_AGAIN_MS = 2_000;
const AGAIN_MS = 5_000;
/** Those who are there have three seconds each: four times 250 of them, and until the firmware tries again. */
const ENTRY_MS = 4 * 3_000 + AGAIN_MS;
/** Half as long again as who has just come is safe from those that sat for less. */
const SHARE_MS = 45_000;
const LASTING_MS = 85_000;

class Hostile {
  private client: Client | null = null;
  private nextTryMs = 0;

  constructor(
    private readonly node: NodeOfDoors,
    private readonly address: string,
    private readonly vice: (typeof VICES)[number],
  ) {}

  step(): void {
    const { node, vice } = this;
    if (this.client === null || this.client.gone) {
      if (node.nowMs < this.nextTryMs) return;
      this.nextTryMs = node.nowMs + HOSTILE_AGAIN_MS;
      this.client = node.come(this.address, { ready: vice === 'deaf' });
      return;
    }
    const ageMs = node.nowMs - this.client.sinceMs;
    if (vice === 'flood' || vice === 'deaf') this.client.floods = ageMs > GUARD_LIMITS.crowdedGraceMs;
    const isUp = vice === 'storm' || vice === 'garbage' || ageMs > GUARD_LIMITS.crowdedLoginMs;
    if (!isUp || vice === 'deaf') return;
    if (vice !== 'storm') this.client.visit.faulted();
    this.client.leave();
  }
}

class Newcomer {
  enteredMs: number | null = null;
  lost = 0;
  private client: Client | null = null;
  private nextTryMs: number;

  constructor(
    private readonly node: NodeOfDoors,
    private readonly address: string,
    readonly cameMs: number,
  ) {
    this.nextTryMs = cameMs;
  }

  step(): void {
    const { node, client } = this;
    if (client !== null && !client.gone) {
      if (node.nowMs - client.sinceMs === SHARE_MS) node.work([client], 0.001);
      return;
    }
    if (client !== null) {
      this.lost++;
      this.client = null;
      this.nextTryMs = node.nowMs + AGAIN_MS;
    }
    if (node.nowMs < this.nextTryMs) return;
    this.nextTryMs = node.nowMs + AGAIN_MS;
    this.client = node.come(this.address);
    if (this.client !== null) this.enteredMs ??= node.nowMs;
  }
}

// Of many listeners one may have nobody who shows less than who has sat there for thirty seconds, and then luck decides.
it.each([
  [1, 0],
  [3, 0],
  [5, 2],
])(
  'a thousand hostile clients from as many addresses keep a newcomer out for 17 s at most, and with %i listeners cost %i of twenty at most a place before the first share',
  (doors, most) => {
    const node = new NodeOfDoors(OPTIONS, { doors });
    const startMs = node.nowMs;
    const crowd = Array.from(
      { length: HOSTILE },
      (_, i) => new Hostile(node, `10.1.${i >> 8}.${i & 255}`, VICES[i % VICES.length]!),
    );
    // One each second, from the moment at which the crowd comes.
    const newcomers = Array.from(
      { length: 20 },
      (_, i) => new Newcomer(node, `10.2.0.${i}`, startMs + 1_000 * i),
    );
    for (; node.nowMs - startMs < LASTING_MS; node.later(EXCHANGE_MS)) {
      for (const each of crowd) each.step();
      for (const each of newcomers) if (node.nowMs >= each.cameMs) each.step();
    }
    const waits = newcomers.map(({ enteredMs, cameMs }) => (enteredMs ?? Number.POSITIVE_INFINITY) - cameMs);
    expect(Math.max(...waits)).toBeLessThanOrEqual(ENTRY_MS);
    expect(newcomers.filter(({ lost }) => lost > 0).length).toBeLessThanOrEqual(most);
  },
);
