/** The guard of a whole node on a clock set by hand: an address book and its doors, and who comes and goes there. */
import { AddressBook } from '../../../../src/stratum/guard/address-book.js';
import { Door } from '../../../../src/stratum/guard/door.js';
import { GUARD_LIMITS, type GuardOptions } from '../../../../src/stratum/guard/guard-limits.js';
import type { Visit } from '../../../../src/stratum/guard/visit.js';

export const EXCHANGE_MS = 250;

/** One connection; it is logged in, unless it says otherwise. */
export class Client {
  ready = true;
  floods = false;
  /** It had to give up its place. */
  gone = false;

  constructor(
    readonly address: string,
    readonly visit: Visit,
    readonly sinceMs: number,
    /** Which of the doors it came through. */
    readonly door: number,
    private readonly nowMs: () => number,
    private readonly onYield: (client: Client) => void,
  ) {
    visit.occupiedBy(this);
  }

  yieldPlace(): void {
    this.gone = true;
    this.onYield(this);
  }

  leave(): void {
    this.gone = true;
    this.visit.left(this.nowMs());
  }
}

export class NodeOfDoors {
  nowMs = 1_767_225_600_000;
  readonly book: AddressBook;
  readonly doors: readonly Door[];
  readonly yielded: Client[] = [];
  private turn = 0;
  /** Doors are told what the others reported one exchange before. */
  private readonly late: boolean;

  constructor(
    readonly options: GuardOptions,
    { doors = 1, startDifficulty = 1, late = false } = {},
  ) {
    this.late = late;
    this.book = new AddressBook(GUARD_LIMITS, options);
    this.doors = Array.from({ length: doors }, () => new Door(GUARD_LIMITS, options, startDifficulty));
  }

  get connections(): number {
    return this.doors.reduce((sum, { connections }) => sum + connections, 0);
  }

  get guests(): number {
    return this.doors.reduce((sum, { guests }) => sum + guests, 0);
  }

  /** Null for one that is not let in. The doors take turns, unless one is named. */
  come(address: string, { ready = true, at = -1 } = {}): Client | null {
    const door = at < 0 ? this.turn++ % this.doors.length : at;
    const visit = this.doors[door]!.enter(address, this.nowMs);
    if (typeof visit === 'string') return null;
    const client = new Client(
      address,
      visit,
      this.nowMs,
      door,
      () => this.nowMs,
      (one) => this.yielded.push(one),
    );
    client.ready = ready;
    return client;
  }

  /** One that must be let in, and whose address can pay for it. */
  served(address: string): Client {
    const client = this.come(address);
    if (client === null || !client.visit.mayBegin(this.nowMs)) throw new Error(`${address} is kept out`);
    return client;
  }

  /** A share of each is on disk. */
  work(clients: Iterable<Client>, difficulty: number): void {
    for (const { visit } of clients) visit.worked(difficulty, this.nowMs);
  }

  /** All doors report, then all are told. */
  exchange(): void {
    if (!this.late) this.report();
    for (const [name, door] of this.doors.entries()) {
      const news = this.book.news(String(name), this.nowMs);
      if (news !== null) door.learn(news, this.nowMs);
    }
    if (this.late) this.report();
  }

  private report(): void {
    for (const [name, door] of this.doors.entries()) {
      this.book.report(String(name), door.takeReport(0, false, this.nowMs), this.nowMs);
    }
  }

  later(ms: number): void {
    this.nowMs += ms;
    this.book.sweep(this.nowMs);
    this.exchange();
    for (const door of this.doors) door.serve(this.nowMs);
  }
}

/** Numbers between 0 and 1, the same at every run. */
export function* chance(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    // Numerical Recipes' linear congruential generator.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield (state + 0.5) / 2 ** 32;
  }
}
