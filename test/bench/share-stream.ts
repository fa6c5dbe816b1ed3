/**
 * One miner of the load: it logs in, grinds its shares beforehand, and then only writes lines and counts answers. What
 * it knows of the work came over the wire; the header code is the test miner's, which shares none with the pool.
 */
import { connect, type Socket } from 'node:net';
import { fromHex, sha256d } from '../../src/lib/index.js';
import {
  buildHeader,
  meetsTarget,
  type Notify,
  parseNotify,
  targetLeOfDifficulty,
  uint32Hex,
} from '../../src/miner/index.js';

interface Message {
  readonly id: number | null;
  readonly method?: string;
  readonly params?: readonly unknown[];
  readonly result?: unknown;
  readonly error?: unknown;
}

const SUBSCRIBE = 1;
const AUTHORIZE = 2;
const FIRST_SHARE = 3;
const EXTRANONCE2 = '0000000000000001';

export class ShareStream {
  /** Called with the time from writing an accepted share to reading its answer. */
  onAccepted: (durationMs: number) => void = () => {};
  /** Names that have been let in, its own included. */
  loggedIn = 0;
  private readonly lines: string[] = [];
  private readonly sentMs: number[] = [];
  private answered = 0;
  private buffered = '';
  private extranonce1 = '';
  private difficulty = Number.NaN;
  private work: Notify | null = null;
  private failure: Error | null = null;
  private onReady: (() => void) | null = null;
  private nonce = 0;

  private constructor(
    private readonly socket: Socket,
    private readonly username: string,
  ) {
    socket.setNoDelay(true);
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => this.read(chunk));
    socket.on('error', (error) => this.fail(error));
    const startMs = performance.now();
    socket.on('close', () => {
      const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
      const { sentMs, answered } = this;
      const what = `${answered} of ${sentMs.length} shares answered`;
      this.fail(new Error(`the pool hung up on ${username} after ${seconds} s, ${what}`));
    });
  }

  /** Resolves when it has work. `from`: its address, of 127.0.0.0/8. */
  static async open(port: number, username: string, from = '127.0.0.1'): Promise<ShareStream> {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from });
    const stream = new ShareStream(socket, username);
    const subscribe = { id: SUBSCRIBE, method: 'mining.subscribe', params: ['orcapool-bench'] };
    const authorize = { id: AUTHORIZE, method: 'mining.authorize', params: [username, 'x'] };
    stream.socket.write(`${JSON.stringify(subscribe)}\n${JSON.stringify(authorize)}\n`);
    await new Promise<void>((resolve) => {
      stream.onReady = resolve;
    });
    stream.check();
    return stream;
  }

  /** Logs in further names, all at once. `rest`: what the lines say behind their fields, in turn. */
  logIn(usernames: readonly string[], rest: readonly string[] = []): void {
    const authorize = (name: string, index: number): string => {
      const line = JSON.stringify({ id: AUTHORIZE, method: 'mining.authorize', params: [name, 'x'] });
      return `${line.slice(0, -1)}${rest[index % rest.length] ?? ''}}\n`;
    };
    this.socket.write(usernames.map(authorize).join(''));
  }

  /** Shares ground and not yet sent. */
  get left(): number {
    return this.lines.length - this.sentMs.length;
  }

  get outstanding(): number {
    return this.sentMs.length - this.answered;
  }

  /** Grinds `count` more valid shares of the work it was given. */
  prepare(count: number): void {
    const work = this.work!;
    const header = buildHeader(work, fromHex(this.extranonce1), {
      extranonce2: fromHex(EXTRANONCE2),
      time: work.time,
      version: work.version,
      nonce: 0,
    });
    const view = new DataView(header.buffer);
    const target = targetLeOfDifficulty(this.difficulty);
    const wanted = this.lines.length + count;
    for (; this.lines.length < wanted; this.nonce++) {
      view.setUint32(76, this.nonce, true);
      if (!meetsTarget(sha256d(header), target)) continue;
      const share = [this.username, work.jobId, EXTRANONCE2, uint32Hex(work.time), uint32Hex(this.nonce)];
      const id = FIRST_SHARE + this.lines.length;
      this.lines.push(`${JSON.stringify({ id, method: 'mining.submit', params: share })}\n`);
    }
  }

  /** Writes up to `count` shares at once. */
  send(count: number): void {
    const next = this.sentMs.length;
    const end = Math.min(next + count, this.lines.length);
    if (end === next) return;
    this.socket.write(this.lines.slice(next, end).join(''));
    const nowMs = performance.now();
    for (let i = next; i < end; i++) this.sentMs.push(nowMs);
  }

  /** Throws what went wrong on this connection, if anything did. */
  check(): void {
    if (this.failure !== null) throw this.failure;
  }

  close(): void {
    this.onAccepted = () => {};
    this.socket.destroy();
  }

  private read(chunk: string): void {
    const lines = (this.buffered + chunk).split('\n');
    this.buffered = lines.pop()!;
    for (const line of lines) this.take(JSON.parse(line) as Message);
  }

  private take(message: Message): void {
    const { id, method, params } = message;
    if (method === 'mining.set_difficulty') this.difficulty = params![0] as number;
    else if (method === 'mining.notify') {
      // The shares are of the first work; what the pool sends later it sends to keep the connection alive.
      this.work ??= parseNotify(params);
      this.onReady?.();
    } else if (method !== undefined) return;
    else if (message.error !== null) this.fail(new Error(`the pool refused: ${JSON.stringify(message)}`));
    else if (id === SUBSCRIBE) this.extranonce1 = (message.result as string[])[1]!;
    else if (id === AUTHORIZE) this.loggedIn++;
    else {
      this.answered++;
      this.onAccepted(performance.now() - this.sentMs[id! - FIRST_SHARE]!);
    }
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.onReady?.();
  }
}
