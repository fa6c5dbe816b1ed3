/**
 * An input against a real listener over a real socket. It ends whatever comes: the connection is closed, its timers are
 * cancelled, no byte is held for it, the counts agree, and the honest miner on another connection has a share accepted.
 */
import { ADDRESS, OTHER_ADDRESS } from '../integration/stratum/pool-under-test.js';
import { AnswersOwed } from './answers-owed.js';
import { check } from './finding.js';
import { FuzzMiner } from './fuzz-miner.js';
import { FuzzPool } from './fuzz-pool.js';
import { FuzzSocket } from './fuzz-socket.js';
import { HonestMiner } from './honest-miner.js';
import { RIGHT_HEADERS } from './hostile-bytes.js';
import { type Input, type Step, segmentsOf } from './input.js';
import { ShareCounts } from './share-counts.js';
import type { Target } from './target.js';

const SECOND_MS = 1_000;
/** In one input; beyond it time stands still. The honest miner may be silent for an hour before its first share. */
const MOST_PASSED_MS = 1_800_000;
/**
 * Turns of the event loop in which nothing comes back before the hand-moved clock is moved on. Turns, not time, because
 * a busy machine may stop the process for long. A stranger has four lines worked off in each.
 */
const QUIET_TURNS = 40;
const MOST_LINES = 120;
/** Five seconds each; a connection whose miner has shut its side down, or never says a word, is gone before. */
const MOST_MOVES = 40;
const TLS_HANDSHAKE = 0x16;

/** Of the honest miner's jobs in ten minutes. */
const MOST_STATE_BYTES = 256 << 10;

export class ListenerTarget implements Target {
  readonly name = 'listener';
  private pool: FuzzPool | null = null;
  private honest: HonestMiner | null = null;
  private passedMs = 0;
  private moved = false;

  async judge(input: Input): Promise<void> {
    const { pool, honest } = await this.open();
    const { clock, listener, sink } = pool;
    const alarms = clock.set;
    this.passedMs = 0;
    this.moved = false;
    sink.drops.length = 0;
    const counts = new ShareCounts(() => listener.stats().shares, sink);
    const owed = await this.converse(pool, input);
    sink.setDisk('commit');
    await this.until(() => listener.stats().unacknowledged === 0, 'shares wait for ever');
    await this.until(() => listener.stats().connections === 1, 'the connection is never closed');
    // A socket that had not shown what it is counts as no connection, and is gone a moment later; its alarms are not
    // waited for, or each would cancel itself by going off.
    for (let turn = 0; turn < QUIET_TURNS && clock.set !== alarms; turn++) await this.turn();
    check(clock.set === alarms, 'leak', `${clock.set - alarms} alarms are still set`);
    clock.advance(SECOND_MS);
    // What the honest miner was sent meanwhile is gone by now.
    await this.turn();
    pool.exchange();
    // Nothing waits; what the honest miner's session keeps of many jobs may count. A leak adds up from input to input.
    check(pool.heldBytes <= MOST_STATE_BYTES, 'leak', `${pool.heldBytes} bytes are still held`);
    counts.judge(owed, false);
    pool.setWork('refresh');
    await honest.mine();
    const { miner_connected: came = 0, miner_disconnected: left = 0 } = sink.events;
    check(came - left === 1, 'leak', `${came} miners came and ${left} left, of whom one is there`);
  }

  async rest(): Promise<void> {
    const { pool, honest } = this;
    if (pool === null || honest === null) return;
    // In parts, so that the honest miner is not silent for longer than it may.
    for (let part = 0; part < 2; part++) {
      pool.clock.advance(MOST_PASSED_MS);
      pool.setWork('block');
      await honest.mine();
    }
  }

  async close(): Promise<void> {
    this.honest?.close();
    await this.pool?.close();
    this.honest = null;
    this.pool = null;
  }

  private async open(): Promise<{ pool: FuzzPool; honest: HonestMiner }> {
    this.pool ??= await FuzzPool.open();
    if (this.honest === null) {
      this.honest = await HonestMiner.login(this.pool.port, OTHER_ADDRESS);
      // Of those who have proved work only what waits is counted as held, and of this one nothing is to wait.
      await this.honest.mine();
    }
    return { pool: this.pool, honest: this.honest };
  }

  /** Holds the conversation to its end; what was owed in it. */
  private async converse(pool: FuzzPool, { door, steps }: Input): Promise<AnswersOwed> {
    pool.speaksTls = door.tls;
    const miner = new FuzzMiner(ADDRESS);
    const owed = new AnswersOwed();
    const isPlain = speaksPlainly({ door, steps });
    const socket = await FuzzSocket.connect(
      pool.port,
      pool.address(door.proxied),
      miner,
      isPlain ? owed : null,
    );
    const said: Buffer[] = [];
    let end: 'half' | 'reset' = 'half';
    for (const step of steps) {
      if ('end' in step) end = step.end;
      if ('end' in step || socket.closed || socket.fault !== null) break;
      if ('say' in step) await this.say(socket, miner.fill(step.say), step.cuts, said, owed);
      else this.happen(pool, miner, step);
      await this.turn();
    }
    pool.sink.setDisk('commit');
    if (end === 'reset') socket.reset();
    else socket.half();
    await this.until(() => socket.closed, 'the miner is never hung up on', socket);
    if (socket.fault !== null) throw socket.fault;
    // A long line counts as several.
    const lines = Buffer.concat(said)
      .toString('latin1')
      .split('\n')
      .reduce((sum, { length }) => sum + 1 + Math.floor(length / 1024), 0);
    const isWhole = end === 'half' && pool.sink.drops.length === 0 && lines < MOST_LINES;
    // Where its lines begin is the pool's to find out.
    if (!isPlain) owed.submitsPerhaps = Number.POSITIVE_INFINITY;
    if (!isPlain || !isWhole) return owed;
    owed.settle();
    check(!this.moved, 'hang', 'a miner that asks nothing more and is owed nothing more is not hung up on');
    return owed;
  }

  private async say(
    socket: FuzzSocket,
    text: string,
    cuts: readonly number[] | undefined,
    said: Buffer[],
    owed: AnswersOwed,
  ): Promise<void> {
    const before = Buffer.concat(said);
    const from = before.lastIndexOf(0x0a) + 1;
    const unfinished = before.subarray(from).toString('latin1') + text;
    for (const line of unfinished.split('\n').slice(0, -1)) {
      if (line.replace(/\r$/, '') !== '') owed.heard(line.replace(/\r$/, ''));
    }
    said.push(Buffer.from(text, 'latin1'));
    for (const segment of segmentsOf(text, cuts)) {
      await socket.write(segment);
      await this.turn();
    }
  }

  private happen(pool: FuzzPool, miner: FuzzMiner, step: Step): void {
    if ('solve' in step) miner.solve(step.solve);
    else if ('work' in step) pool.setWork(step.work);
    else if ('disk' in step) pool.sink.setDisk(step.disk);
    else if ('passMs' in step) {
      const leftMs = Math.max(0, Math.min(step.passMs, MOST_PASSED_MS - this.passedMs));
      this.passedMs += leftMs;
      pool.clock.advance(leftMs);
    }
  }

  /** Once around the event loop, sockets included. */
  private async turn(): Promise<void> {
    for (let round = 0; round < 2; round++) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Waits for what needs no time, and then moves the clock for what waits for that. */
  private async until(
    isSo: () => boolean,
    otherwise: string,
    socket: FuzzSocket | null = null,
  ): Promise<void> {
    let quietTurns = 0;
    let events = 0;
    for (let moves = 0; !isSo(); ) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (socket !== null && socket.events > events) quietTurns = 0;
      events = socket?.events ?? 0;
      if (++quietTurns < QUIET_TURNS) continue;
      check(moves++ < MOST_MOVES, 'hang', otherwise);
      this.moved = true;
      this.pool!.clock.advance(5 * SECOND_MS);
      quietTurns = 0;
    }
  }
}

/** With it frames go between the lines: where these begin is the pool's to find out, as `DialogueTarget` does in its place. */
const AGENT = 'btccom-agent/';

/** Whether what comes back is Stratum: there is no other layer before it, or only a PROXY header that is right. */
function speaksPlainly({ door, steps }: Input): boolean {
  if (steps.some((step) => 'say' in step && step.say.includes(AGENT))) return false;
  const first = steps.find((step) => 'say' in step && step.say !== '');
  const text = first !== undefined && 'say' in first ? first.say : '';
  const header = RIGHT_HEADERS.find((each) => text.startsWith(each)) ?? '';
  if (door.proxied && header === '' && !text.startsWith('{')) return false;
  const opening = door.proxied ? text.slice(header.length) : text;
  return !door.tls || (opening !== '' && opening.charCodeAt(0) !== TLS_HANDSHAKE);
}
