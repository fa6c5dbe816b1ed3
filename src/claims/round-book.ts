/**
 * The rounds a Koii task has told the node of, each in `<round>.json` of one folder, so that a node which starts again
 * knows at once what its miners' shares commit to, and can close a round whose end it did not live to see. What has
 * been heard of a round is on disk before anything is done by it.
 */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setAside, tellsNoFile, writeDurably } from '../disk/index.js';
import { oneByOne } from '../lib/index.js';
import {
  freezeMs,
  type HeardFacts,
  heardFacts,
  type RoundFacts,
  RoundFactsError,
  type RoundSchedule,
  type RoundSpan,
} from '../rounds/index.js';
import { ReadFactsError, readHeardFacts, writeHeardFacts } from './read-round-facts.js';
import { SlotClock } from './slot-clock.js';

/** Far more than anybody closes or audits late. */
const KEPT_ROUNDS = 256;
const RECORD = /^(\d{1,20})\.json$/;

export class RoundBook implements RoundSchedule {
  private readonly known = new Map<bigint, HeardFacts>();
  /** Ascending. */
  private rounds: bigint[] = [];
  private latest: bigint | null = null;
  private clock = new SlotClock([]);
  private readonly inTurn = oneByOne();

  /** Names of damaged records, as they are called since this was opened: the task tells of their rounds again. */
  readonly damaged: readonly string[];

  /** Makes the folder when it is missing. */
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    this.damaged = readdirSync(folder)
      .filter((name) => RECORD.test(name))
      .flatMap((name) => {
        const heard = readRecord(folder, name);
        if (heard === null) return setAside(folder, name);
        this.keep(heard);
        return [];
      });
    this.clock = new SlotClock(this.known.values());
  }

  /** Null for a round that the task has not told of. */
  get(round: bigint): HeardFacts | null {
    return this.known.get(round) ?? null;
  }

  /**
   * Resolves once they are on disk, and known from then on, in whatever order rounds are told of. Throws
   * `RoundFactsError`; then nothing has changed.
   */
  hear(facts: RoundFacts, nowMs: number): Promise<HeardFacts> {
    return this.inTurn(() => this.write(facts, nowMs));
  }

  private async write(facts: RoundFacts, nowMs: number): Promise<HeardFacts> {
    const { round } = facts;
    const before = this.rounds.findLast((each) => each < round);
    const behind = this.after(round);
    if (before !== undefined) refuseDisorder(this.get(before)!, facts);
    if (behind !== null) refuseDisorder(facts, this.get(behind)!);
    // What was once said of a beacon stays said, whichever round's facts said it.
    const beacons = facts.beacons.map((said) => ({
      ...said,
      blockhash: this.beacon(said.round) ?? said.blockhash,
    }));
    const heard = heardFacts(this.get(round), { ...facts, beacons }, nowMs);
    await writeDurably(this.folder, `${round}.json`, writeHeardFacts(heard));
    this.keep(heard);
    while (this.rounds.length > KEPT_ROUNDS) {
      const oldest = this.rounds.shift()!;
      this.known.delete(oldest);
      await rm(join(this.folder, `${oldest}.json`), { force: true });
    }
    this.clock = new SlotClock(this.known.values());
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
    return this.clock.slotAt(nowMs);
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
    if (facts === null) return null;
    return {
      startMs: this.clock.timeMs(facts.startSlot),
      endMs: this.clock.timeMs(facts.endSlot + 1n),
    };
  }

  isOver(round: bigint, nowMs: number): boolean {
    const facts = this.get(round);
    if (facts === null) return false;
    const endMs = this.clock.surelyMs(facts.endSlot + 1n);
    return nowMs >= freezeMs({ startMs: this.clock.timeMs(facts.startSlot), endMs });
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

/** Null for a damaged one. */
function readRecord(folder: string, name: string): HeardFacts | null {
  try {
    const heard = readHeardFacts(readFileSync(join(folder, name), 'utf8'));
    return `${heard.round}.json` === name ? heard : null;
  } catch (error) {
    if (error instanceof ReadFactsError || tellsNoFile(error)) return null;
    throw error;
  }
}

function refuseDisorder(before: RoundFacts, behind: RoundFacts): void {
  if (before.endSlot < behind.startSlot) return;
  throw new RoundFactsError(
    'FACTS_ORDER',
    `round ${behind.round} begins in slot ${behind.startSlot}, and round ${before.round} ends in ${before.endSlot} only: a task with rounds of its own needs a data directory of its own`,
    { before: before.round, behind: behind.round },
  );
}
