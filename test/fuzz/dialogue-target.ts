/**
 * An input against a dialogue and its session, without a socket: every line is answered as it is owed, every share is
 * counted once, nothing is left behind, and the honest miner beside it still has its share accepted.
 */
import { ADDRESS, OTHER_ADDRESS } from '../integration/stratum/pool-under-test.js';
import { check } from './finding.js';
import { FuzzFloor } from './fuzz-floor.js';
import { FuzzMiner } from './fuzz-miner.js';
import { FuzzWire } from './fuzz-wire.js';
import { type Input, type Step, segmentsOf } from './input.js';
import { ShareCounts } from './share-counts.js';
import type { Target } from './target.js';

const TICK_MS = 1_000;
/** In one input; beyond it time stands still. */
const MOST_PASSED_MS = 3_600_000;
/** Turns of the microtask queue that a login takes at most, when the share log does not wait. */
const LOGIN_TURNS = 40;
const LOGIN =
  '{"id":1,"method":"mining.subscribe","params":["honest/1"]}\n' +
  '{"id":2,"method":"mining.authorize","params":["<user>","d=1e-9"]}\n';
const SUBMIT =
  '{"id":3,"method":"mining.submit","params":["<user>","<job>","<extranonce2>","<time>","<nonce>"]}\n';

export class DialogueTarget implements Target {
  readonly name = 'dialogue';
  private readonly pool = new FuzzFloor();
  private wires: FuzzWire[] = [];
  private passedMs = 0;
  private inOrder = true;

  async judge({ steps }: Input): Promise<void> {
    const { pool } = this;
    const { shares } = pool.floor;
    const alarms = pool.clock.set;
    const drops = pool.sink.drops.length;
    this.passedMs = 0;
    this.inOrder = true;
    const stopTicking = pool.clock.every(TICK_MS, () => this.tick());
    const honest = new FuzzWire(pool, new FuzzMiner(OTHER_ADDRESS));
    let hostile = new FuzzWire(pool, new FuzzMiner(ADDRESS));
    const gone: FuzzWire[] = [];
    this.wires = [honest, hostile];
    await this.say(honest, LOGIN);
    const counts = new ShareCounts(() => shares.counts, pool.sink);
    for (const step of steps) {
      if ('end' in step || hostile.ended || hostile.fault !== null) break;
      if ('again' in step) {
        gone.push(hostile);
        hostile = this.comeBack(honest, hostile);
      } else await this.do(step, hostile);
    }
    pool.sink.setDisk('commit');
    await this.settle(hostile);
    for (const { fault } of [...gone, hostile]) if (fault !== null) throw fault;
    check(!hostile.waiting, 'hang', 'a login never ends');
    check(pool.floor.desk.pending === 0, 'leak', `${pool.floor.desk.pending} shares still wait for the disk`);
    // What was owed to a connection that is thrown out need not be said any more.
    if (!hostile.ended) hostile.owed.settle();
    counts.judge(hostile.owed, true);
    if (this.inOrder && hostile.owed.submitsPerhaps === 0) counts.judgeVerdicts(hostile.owed);
    hostile.end();
    await this.mineHonestly(honest);
    honest.end();
    stopTicking();
    this.wires = [];
    check(pool.clock.set === alarms, 'leak', `${pool.clock.set - alarms} alarms are still set`);
    pool.sink.drops.length = drops;
  }

  /** Longer than anything is remembered. */
  async rest(): Promise<void> {
    this.pool.clock.advance(2 * this.pool.floor.limits.jobLifeMs);
    this.pool.setWork('block');
    this.pool.floor.pasts.take('', this.pool.clock.nowMs());
    check(this.pool.floor.pasts.size === 0, 'leak', 'past sessions outlive their time');
  }

  async close(): Promise<void> {}

  /** What was submitted on the connection that is gone is counted all the same. */
  private comeBack(honest: FuzzWire, old: FuzzWire): FuzzWire {
    old.end();
    this.inOrder = false;
    const wire = new FuzzWire(this.pool, old.miner);
    wire.owed.submits = old.owed.submits;
    wire.owed.submitsPerhaps = old.owed.submitsPerhaps;
    this.wires = [honest, wire];
    return wire;
  }

  private async do(step: Step, hostile: FuzzWire): Promise<void> {
    const { pool } = this;
    if ('say' in step) await this.say(hostile, step.say, step.cuts);
    else if ('solve' in step) hostile.miner.solve(step.solve);
    else if ('passMs' in step) this.pass(step.passMs);
    else if ('work' in step) this.work(step.work);
    else if ('disk' in step) {
      this.inOrder &&= step.disk === 'commit';
      pool.sink.setDisk(step.disk);
      await this.settle(hostile);
    }
  }

  private async say(wire: FuzzWire, text: string, cuts?: readonly number[]): Promise<void> {
    for (const segment of segmentsOf(wire.miner.fill(text), cuts)) {
      wire.take(segment);
      await this.settle(wire);
    }
  }

  private async settle(wire: FuzzWire): Promise<void> {
    for (let turn = 0; turn < LOGIN_TURNS && wire.waiting; turn++) await Promise.resolve();
  }

  private pass(byMs: number): void {
    const leftMs = Math.max(0, Math.min(byMs, MOST_PASSED_MS - this.passedMs));
    this.passedMs += leftMs;
    this.pool.clock.advance(leftMs);
  }

  private tick(): void {
    const nowMs = this.pool.clock.nowMs();
    for (const wire of this.wires) if (!wire.ended) wire.dialogue.tick(nowMs);
  }

  private work(what: 'refresh' | 'block' | 'none'): void {
    const { pool, wires } = this;
    if (what === 'none') pool.floor.board.clear('no bitcoind', pool.clock.nowMs());
    else pool.setWork(what);
    for (const wire of wires) {
      if (wire.ended) continue;
      if (what === 'none') wire.dialogue.tell('No work: no bitcoind');
      else wire.dialogue.sendWork();
    }
  }

  private async mineHonestly(honest: FuzzWire): Promise<void> {
    this.work('refresh');
    honest.miner.solve('share');
    const before = honest.owed.verdicts.get('true') ?? 0;
    await this.say(honest, SUBMIT);
    if (honest.fault !== null) throw honest.fault;
    const accepted = (honest.owed.verdicts.get('true') ?? 0) - before;
    const verdicts = JSON.stringify([...honest.owed.verdicts]);
    check(
      accepted === 1 && !honest.ended,
      'honest',
      `the honest miner's share was not accepted: ${verdicts}`,
    );
  }
}
