import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { GuardOptions } from '../../../../src/stratum/guard/guard-limits.js';
import { type Client, EXCHANGE_MS, NodeOfDoors } from './node-of-doors.js';

/** So small that every bound is met: strangers have 12, an address three quarters, 18. */
const OPTIONS: GuardOptions = {
  nodeConnections: 24,
  strangersPerAddress: 8,
  longestBanMs: 600_000,
  memoryBytes: 256 << 20,
  unlimited: [],
};
const STRANGERS = 12;
/** Those that `steps` name. */
const ADDRESSES = 31;
/** A newcomer's firmware tries again so soon, and its first share comes so long after it was let in. */
const AGAIN_MS = 5_000;
const SHARE_MS = 29_500;
/** What nobody loses before. */
const SAFE_MS = 30_000;
const LEAST_PLACES = 4;
const LONGEST_MS = 600_000;

type Step =
  | { readonly kind: 'come'; readonly from: number; readonly times: number; readonly ready: boolean }
  | { readonly kind: 'work' | 'leave' | 'fault'; readonly who: number; readonly count: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'news' };

/** Few addresses, of which the first come oftenest, so that some become crowds. */
const from = fc.oneof(fc.constantFrom(0, 1), fc.nat(ADDRESSES - 1));
const count = fc.integer({ min: 1, max: 20 });
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('come' as const), from, times: count, ready: fc.boolean() }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('work' as const), who: fc.nat(), count }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), who: fc.nat(), count }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('fault' as const), who: fc.nat(), count }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('wait' as const),
        ms: fc.constantFrom(250, 4_000, 31_000, 600_000),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('news' as const) }) },
  ),
  { minLength: 5, maxLength: 60 },
);

/** What must be so of a node, whoever comes, works, leaves or does harm there, in whatever order. */
class Model {
  private readonly node: NodeOfDoors;
  private readonly clients: Client[] = [];
  /** Those with work for more time than the test has. */
  private readonly workers = new Set<Client>();
  private seen = 0;

  /** `late`: what doors are told of each other is one exchange old. */
  constructor(
    doors: number,
    private readonly late = false,
  ) {
    this.node = new NodeOfDoors(OPTIONS, { doors, late });
  }

  take(step: Step): void {
    switch (step.kind) {
      case 'come':
        for (let i = 0; i < step.times; i++) this.come(`10.0.0.${step.from}`, step.ready);
        break;
      case 'wait':
        this.news(step.ms);
        break;
      case 'news':
        this.news(0);
        break;
      default:
        this.each(step.who, step.count, step.kind);
    }
  }

  /** Places that strangers may have. */
  get strangersPlaces(): number {
    const working = this.clients.filter((client) => !client.gone && this.workers.has(client));
    return Math.min(STRANGERS, OPTIONS.nodeConnections - working.length);
  }

  /**
   * A miner from an address of its own comes, while all addresses log in over and over and only sit there: how long it
   * takes until it was in for as long as its first share takes, and how long it had places that it lost before; 0 for none.
   */
  newcomer(): { tookMs: number; lostAfterMs: number } {
    const { node } = this;
    const startMs = node.nowMs;
    let lostAfterMs = 0;
    for (let tries = 0; node.nowMs - startMs < LONGEST_MS; tries++) {
      const rig = node.come('198.51.100.7', { at: tries % node.doors.length });
      const enteredMs = node.nowMs;
      if (rig !== null) this.clients.push(rig);
      while (rig?.gone === false && node.nowMs - enteredMs < SHARE_MS) this.besiege(EXCHANGE_MS);
      if (rig?.gone === false) return { tookMs: node.nowMs - startMs, lostAfterMs };
      if (rig !== null) lostAfterMs = Math.max(lostAfterMs, node.nowMs - enteredMs);
      this.besiege(AGAIN_MS);
    }
    return { tookMs: Number.POSITIVE_INFINITY, lostAfterMs };
  }

  private besiege(forMs: number): void {
    const { node } = this;
    for (const startMs = node.nowMs; node.nowMs - startMs < forMs; node.later(EXCHANGE_MS)) {
      for (let i = 0; i < ADDRESSES; i++) {
        const address = `10.0.0.${i}`;
        if (this.clients.some((client) => !client.gone && client.address === address)) continue;
        const idle = node.come(address);
        idle?.visit.mayBegin(node.nowMs);
        if (idle !== null) this.clients.push(idle);
      }
    }
  }

  private come(address: string, ready: boolean): void {
    const client = this.node.come(address, { ready });
    if (client !== null) {
      client.visit.mayBegin(this.node.nowMs);
      this.clients.push(client);
    }
    // Nobody who works has to go for a newcomer.
    for (const lost of this.lost()) expect(this.workers.has(lost)).toBe(false);
  }

  private each(who: number, count: number, what: 'work' | 'leave' | 'fault'): void {
    const present = this.clients.filter(({ gone }) => !gone);
    for (let i = 0; i < Math.min(count, present.length); i++) {
      const client = present[(who + i) % present.length]!;
      if (what === 'leave') client.leave();
      else if (what === 'fault') client.visit.faulted();
      else {
        this.node.work([client], 1);
        this.workers.add(client);
      }
    }
  }

  private news(ms: number): void {
    const before = this.clients.filter((client) => !client.gone && this.workers.has(client)).length;
    this.node.later(ms);
    // They hear of too many, then of what the others do about it.
    for (let again = this.late ? 2 : 0; again > 0; again--) this.node.exchange();
    const workersLost = this.lost().filter((client) => this.workers.has(client));
    // Only where they are more than the node may have, by themselves.
    const tooMany = before - OPTIONS.nodeConnections;
    expect(workersLost.length).toBeLessThanOrEqual(tooMany > 0 ? tooMany + this.node.doors.length - 1 : 0);
    expect(this.node.connections).toBeLessThanOrEqual(OPTIONS.nodeConnections);
    expect(this.node.guests).toBeLessThanOrEqual(STRANGERS);
    expect(this.node.connections).toBe(this.clients.filter(({ gone }) => !gone).length);
  }

  private lost(): Client[] {
    const lost = this.node.yielded.slice(this.seen);
    this.seen = this.node.yielded.length;
    return lost;
  }
}

const DOORS = [1, 2, 3, 5];

describe('the places of a node', () => {
  const HOLD = 'strangers’ no more than half, and nobody who works yields to a stranger, with %i listeners';

  function hold(doors: number, late: boolean): void {
    fc.assert(
      fc.property(steps, (taken) => {
        const model = new Model(doors, late);
        for (const step of taken) model.take(step);
        model.take({ kind: 'news' });
      }),
      { numRuns: 300, seed: 20_261_121 },
    );
  }

  it.each(DOORS)(`are no more than it has after one exchange of news, ${HOLD}`, (doors) =>
    hold(doors, false),
  );

  it.each(DOORS)(`are no more than it has after three where news are late, ${HOLD}`, (doors) =>
    hold(doors, true),
  );
});

describe('an honest newcomer from an address of its own', () => {
  // Each of 31 addresses may have its thirty seconds on a place before it: on four places that is 8 · 30 s.
  const TURN_MS = Math.ceil(ADDRESSES / LEAST_PLACES) * SAFE_MS;

  function newcomers(
    doors: number,
    late: boolean,
    each: (took: { tookMs: number; lostAfterMs: number }) => void,
  ): void {
    fc.assert(
      fc.property(steps, (taken) => {
        const model = new Model(doors, late);
        for (const step of taken) model.take(step);
        fc.pre(model.strangersPlaces >= LEAST_PLACES);
        each(model.newcomer());
      }),
      { numRuns: 25, seed: 20_261_121, endOnFailure: true },
    );
  }

  it('has its turn, whoever was there before and comes meanwhile', () => {
    newcomers(1, false, ({ tookMs }) => expect(tookMs).toBeLessThanOrEqual(TURN_MS + AGAIN_MS + SHARE_MS));
  });

  // It comes to one listener after the other, and who had its turn may be at another.
  it.each(DOORS)(
    'has it within ten minutes, and keeps its place until its first share, with %i listeners',
    (doors) => {
      newcomers(doors, false, ({ tookMs, lostAfterMs }) => {
        expect(tookMs).toBeLessThanOrEqual(LONGEST_MS);
        expect(lostAfterMs).toBe(0);
      });
    },
  );

  it.each(DOORS)(
    'where news are late may be let in where there is no place, and is sent away within a second, with %i listeners',
    (doors) => {
      newcomers(doors, true, ({ tookMs, lostAfterMs }) => {
        expect(tookMs).toBeLessThanOrEqual(LONGEST_MS);
        expect(lostAfterMs).toBeLessThanOrEqual(1_000);
      });
    },
  );
});
