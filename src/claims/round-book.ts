/**
 * The rounds a Koii task has told the node of, each in `<round>.json` of one folder, so that a node which starts again
 * knows at once what its miners' shares commit to, and can close a round whose end it did not live to see. What has
 * been heard of a round is on disk before anything is done by it.
 */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../disk/index.js';
import { oneByOne } from '../lib/index.js';
import {
  type HeardFacts,
  heardFacts,
  type RoundFacts,
  type RoundSchedule,
  type RoundSpan,
  spanOfFacts,
} from '../rounds/index.js';
import { readHeardFacts, writeHeardFacts } from './read-round-facts.js';

/** Far more than anybody closes or audits late. */
const KEPT_ROUNDS = 256;
const RECORD = /^(\d{1,20})\.json$/;

export class RoundBook implements RoundSchedule {
  private readonly known = new Map<bigint, HeardFacts>();
  /** Ascending. */
  private rounds: bigint[] = [];
  private latest: bigint | null = null;
  private readonly inTurn = oneByOne();

  /** Makes the folder when it is missing. Throws `ReadFactsError` for a damaged record. */
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      if (RECORD.test(name)) this.keep(readHeardFacts(readFileSync(join(folder, name), 'utf8')));
    }
  }

  /** Null for a round that the task has not told of. */
  get(round: bigint): HeardFacts | null {
    return this.known.get(round) ?? null;
  }

  /** Resolves once they are on disk, and known from then on. Throws `RoundFactsError`. */
  hear(facts: RoundFacts, nowMs: number): Promise<HeardFacts> {
    return this.inTurn(() => this.write(facts, nowMs));
  }

  private async write(facts: RoundFacts, nowMs: number): Promise<HeardFacts> {
    const heard = heardFacts(this.get(facts.round), facts, nowMs);
    await writeDurably(this.folder, `${facts.round}.json`, writeHeardFacts(heard));
    this.keep(heard);
    while (this.rounds.length > KEPT_ROUNDS) {
      const oldest = this.rounds.shift()!;
      this.known.delete(oldest);
      await rm(join(this.folder, `${oldest}.json`), { force: true });
    }
    return heard;
  }

  /** The beacon of a round's draws, whichever round's facts brought it; null while it is not known. */
  beacon(round: bigint): Uint8Array | null {
    for (const { beacons } of this.known.values()) {
      const found = beacons.find((beacon) => beacon.round === round);
      if (found !== undefined) return found.blockhash;
    }
    return null;
  }

  /** By what was heard last, of whichever round; 0 before anything was. */
  slotAt(nowMs: number): number {
    let last: HeardFacts | null = null;
    for (const facts of this.known.values()) if (last === null || facts.heardMs >= last.heardMs) last = facts;
    return last === null ? 0 : Number(last.slotNow) + (nowMs - last.heardMs) / last.slotMs;
  }

  /** Never an older one than it said before, though slots take longer or shorter than was thought. */
  newest(nowMs: number): bigint | null {
    for (const round of this.rounds) {
      if (this.latest !== null && round <= this.latest) continue;
      if (this.span(round)!.startMs <= nowMs) this.latest = round;
    }
    return this.latest;
  }

  span(round: bigint): RoundSpan | null {
    const facts = this.get(round);
    return facts === null ? null : spanOfFacts(facts);
  }

  after(round: bigint): bigint | null {
    return this.rounds.find((each) => each > round) ?? null;
  }

  private keep(facts: HeardFacts): void {
    if (!this.known.has(facts.round)) {
      this.rounds.push(facts.round);
      this.rounds.sort((a, b) => (a < b ? -1 : 1));
    }
    this.known.set(facts.round, facts);
  }
}
