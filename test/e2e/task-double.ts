/**
 * Stands in for the Koii task of one node, which cannot run here: it has a slot clock of its own, tells the pool of
 * rounds, asks for claims and for verdicts, all as docs/operations.md has it. What K2 would say of slots and stakes it makes up.
 */
import { base58 } from '@scure/base';
import { fromHex } from '../../src/lib/index.js';
import { type PoolProcess, RESERVE_SCRIPT, TASK_ID } from './pool-process.js';

export const TOKEN = 'a token of the task';
export const SLOT_MS = 100;

/** What both nodes of a test go by. */
export class SlotClock {
  private startMs = Date.now();

  get now(): number {
    return 1_000 + Math.floor((Date.now() - this.startMs) / SLOT_MS);
  }

  /** As where slots were faster than anybody thought: those up to this one are over now. */
  jumpTo(slot: number): void {
    this.startMs -= Math.max(0, slot - this.now) * SLOT_MS;
  }
}

export interface RoundSlots {
  readonly startSlot: number;
  readonly endSlot: number;
  readonly submissionDeadlineSlot: number;
  readonly auditDeadlineSlot: number;
}

export function seedOf(round: number): string {
  return round.toString(16).padStart(2, '0').repeat(32);
}

export class TaskDouble {
  constructor(
    private readonly pool: PoolProcess,
    readonly nodeKey: string,
    private readonly clock: SlotClock,
  ) {}

  /** The facts of a round as the pool takes them; `more` goes before them. */
  facts(round: number, slots: RoundSlots, more: object = {}): object {
    return {
      taskId: base58.encode(fromHex(TASK_ID)),
      nodeKey: base58.encode(fromHex(this.nodeKey)),
      round,
      seed: seedOf(round),
      seedSlot: slots.startSlot,
      ...slots,
      slotNow: this.clock.now,
      slotMs: SLOT_MS,
      reserveEpochs: [{ epoch: 0, script: RESERVE_SCRIPT, firstRound: 0, lastRound: 1_000_000 }],
      beacons: [],
      lineage: [],
      ...more,
    };
  }

  tell(round: number, slots: RoundSlots, more: object = {}): Promise<{ status: number; body: never } | null> {
    return this.post(`/task/${round}`, this.facts(round, slots, more));
  }

  /** Waits, as the task does, until the round is closed. */
  async claim(round: number): Promise<{ status: number; body: never } | null> {
    const headers = { 'x-task-token': TOKEN };
    return await this.pool.get(`/submission/${round}`, { headers });
  }

  audit(wish: object, path = '/audit'): Promise<{ status: number; body: never } | null> {
    return this.post(path, wish);
  }

  private post(path: string, body: object): Promise<{ status: number; body: never } | null> {
    const headers = { 'x-task-token': TOKEN, 'content-type': 'application/json' };
    return this.pool.get(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }
}
