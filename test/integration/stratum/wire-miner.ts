/**
 * A miner of the tests' own on a real socket: it says what it is told to, keeps every line in order, and grinds shares
 * from nothing but what came over the wire, with the test miner's header code, which shares none with the pool.
 */
import { connect, type Socket } from 'node:net';
import { fromHex, sha256d } from '../../../src/lib/index.js';
import { buildHeader, meetsTarget, parseNotify, targetLeOfDifficulty } from '../../../src/miner/index.js';
import { PoolWords } from '../../dialogues/pool-words.js';

export interface Line {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: readonly unknown[];
  readonly result?: unknown;
  readonly error?: readonly [number, string, null] | null;
  /** In hex: to a farm agent. */
  readonly frame?: string;
}

export interface Grind {
  /** Default: what the pool last sent before the job. */
  readonly difficulty?: number;
  /** The hash must not meet this one. */
  readonly notDifficulty?: number;
  readonly extranonce2?: string;
  readonly versionBits?: number;
  readonly time?: number;
  /** Only nonces below it. */
  readonly nonceBelow?: number;
  readonly nonceFrom?: number;
}

export class WireMiner {
  readonly lines: Line[] = [];
  readonly texts: string[] = [];
  closed = false;
  private taken = 0;
  private takenFrames = 0;
  private nextId = 1;
  private changed: (() => void)[] = [];

  private constructor(readonly socket: Socket) {
    const words = new PoolWords('utf8');
    socket.on('data', (chunk: Buffer) => {
      for (const text of words.take(chunk)) {
        this.texts.push(text);
        this.lines.push(JSON.parse(text) as Line);
      }
      this.wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
      this.wake();
    });
  }

  static connect(port: number, localAddress?: string): Promise<WireMiner> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', ...(localAddress && { localAddress }) });
      socket.setNoDelay(true);
      socket.once('error', reject);
      socket.once('connect', () => resolve(new WireMiner(socket)));
    });
  }

  write(text: string | Buffer): void {
    this.socket.write(text);
  }

  /** Sends a request and resolves with its answer, whatever comes in between. */
  async call(method: string, params: readonly unknown[]): Promise<Line> {
    const id = this.nextId++;
    this.write(`${JSON.stringify({ id, method, params })}\n`);
    return this.answer(id);
  }

  answer(id: unknown): Promise<Line> {
    return this.until(() => this.lines.find((line) => line.method === undefined && line.id === id));
  }

  /** The next line of that method not yet taken by this call. */
  next(method: string): Promise<Line> {
    return this.until(() => {
      const at = this.lines.findIndex((line, i) => i >= this.taken && line.method === method);
      if (at < 0) return undefined;
      this.taken = at + 1;
      return this.lines[at];
    });
  }

  /** The next frame not yet taken by this call, in hex. */
  nextFrame(): Promise<string> {
    return this.until(() => {
      const at = this.lines.findIndex((line, i) => i >= this.takenFrames && line.frame !== undefined);
      if (at < 0) return undefined;
      this.takenFrames = at + 1;
      return this.lines[at]!.frame;
    });
  }

  async closing(): Promise<void> {
    await this.until(() => this.closed || undefined);
  }

  /** Subscribes, logs in, and resolves with the first notify. */
  async logIn(username: string, versionMask?: string): Promise<Line> {
    if (versionMask !== undefined) {
      await this.call('mining.configure', [['version-rolling'], { 'version-rolling.mask': versionMask }]);
    }
    await this.call('mining.subscribe', ['wire-miner/1']);
    const { error } = await this.call('mining.authorize', [username, 'x']);
    if (error !== null) throw new Error(`login refused: ${JSON.stringify(error)}`);
    return this.next('mining.notify');
  }

  get extranonce1(): string {
    for (const { result } of this.lines) {
      if (Array.isArray(result) && typeof result[1] === 'string') return result[1];
    }
    throw new Error('not subscribed');
  }

  /** The difficulty that holds for a notify: the last one sent before it. */
  difficultyOf(notify: Line): number {
    const before = this.lines.slice(0, this.lines.indexOf(notify)).reverse();
    return before.find(({ method }) => method === 'mining.set_difficulty')!.params![0] as number;
  }

  /** Params of a submit, without the username: job id, extranonce2, time, nonce, version bits where given. */
  grind(notify: Line, grind: Grind = {}): [string, string, string, string, ...string[]] {
    const work = parseNotify(notify.params);
    const target = targetLeOfDifficulty(grind.difficulty ?? this.difficultyOf(notify));
    const forbidden = grind.notDifficulty === undefined ? null : targetLeOfDifficulty(grind.notDifficulty);
    const extranonce2 = grind.extranonce2 ?? '0000000000000001';
    const time = grind.time ?? work.time;
    const header = buildHeader(work, fromHex(this.extranonce1), {
      extranonce2: fromHex(extranonce2),
      time,
      version: (work.version | (grind.versionBits ?? 0)) >>> 0,
      nonce: 0,
    });
    const view = new DataView(header.buffer);
    for (let nonce = grind.nonceFrom ?? 0; nonce < (grind.nonceBelow ?? 2 ** 32); nonce++) {
      view.setUint32(76, nonce, true);
      const hash = sha256d(header);
      if (!meetsTarget(hash, target) || (forbidden !== null && meetsTarget(hash, forbidden))) continue;
      const bits = grind.versionBits === undefined ? [] : [hex8(grind.versionBits)];
      return [work.jobId, extranonce2, hex8(time), hex8(nonce), ...bits];
    }
    throw new Error('no share in the whole nonce range');
  }

  submit(username: string, share: readonly string[]): Promise<Line> {
    return this.call('mining.submit', [username, ...share]);
  }

  end(): void {
    this.socket.destroy();
  }

  /** Waits for a fact about what was received; fails when the socket closes first. */
  async until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (this.closed) throw new Error(`the pool closed the connection after: ${this.texts.join(' ')}`);
      await new Promise<void>((resolve) => this.changed.push(resolve));
    }
  }

  private wake(): void {
    for (const resolve of this.changed.splice(0)) resolve();
  }
}

export function hex8(value: number): string {
  return value.toString(16).padStart(8, '0');
}
