/**
 * A Stratum V1 client for tests, written from the protocol alone: it shares no code with the pool's codecs, so that a
 * mistake on one side cannot hide on the other. The pool's own scanner finds nonces fast; every find is hashed again
 * with Node's OpenSSL.
 */
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { compileLanes, NonceScanner } from '../src/miner/index.js';

export interface Notify {
  readonly jobId: string;
  readonly prevHash: string;
  readonly coinb1: string;
  readonly coinb2: string;
  readonly branch: readonly string[];
  readonly version: string;
  readonly bits: string;
  readonly time: string;
  readonly clean: boolean;
  /** The session's when it came. */
  readonly difficulty: number;
}

export interface Reply {
  readonly id: unknown;
  readonly result: unknown;
  readonly error: readonly [number, string, unknown] | null;
}

export interface MinedShare {
  readonly extranonce2: string;
  readonly time: string;
  readonly nonce: string;
  /** Display order. */
  readonly hash: string;
  readonly header: Buffer;
  readonly coinbase: Buffer;
}

const DIFF1 = 0xffffn << 208n;
const scanner = new NonceScanner(compileLanes());

/** On regtest a share is a block at this difficulty: below the target of bits 0x1e03ffff. */
export const BLOCK_DIFFICULTY = 1 / 1023;
const BLOCK_TARGET = 0x03ffffn << 216n;

function sha256d(data: Buffer): Buffer {
  return createHash('sha256').update(createHash('sha256').update(data).digest()).digest();
}

export class StratumClient {
  readonly lines: string[] = [];
  readonly notifies: Notify[] = [];
  readonly messages: string[] = [];
  difficulty = Number.NaN;
  extranonce1 = '';
  closed = false;
  private nextId = 1;
  private buffered = '';
  private readonly replies = new Map<unknown, Reply>();
  private readonly waiting = new Set<() => void>();
  private extranonce2 = 0n;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => this.read(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.closed = true;
      this.wake();
    });
  }

  static async connect(port: number): Promise<StratumClient> {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new StratumClient(socket);
  }

  /** subscribe and authorize; resolves with the first job of the session. */
  static async login(port: number, user: string, password = 'x'): Promise<StratumClient> {
    const client = await StratumClient.connect(port);
    await client.subscribe();
    const reply = await client.call('mining.authorize', [user, password]);
    if (reply.result !== true) throw new Error(`authorize refused: ${JSON.stringify(reply.error)}`);
    await client.until(() => client.notifies.length > 0);
    return client;
  }

  async subscribe(agent = 'orcapool-test/1'): Promise<void> {
    const reply = await this.call('mining.subscribe', [agent]);
    const [, extranonce1] = reply.result as [unknown, string, number];
    this.extranonce1 = extranonce1;
  }

  async call(method: string, params: readonly unknown[]): Promise<Reply> {
    const id = this.nextId++;
    this.write(`${JSON.stringify({ id, method, params })}\n`);
    await this.until(() => this.replies.has(id));
    return this.replies.get(id)!;
  }

  write(text: string): void {
    this.socket.write(text);
  }

  /** Waits for a condition that a line from the pool, or the end of the connection, can make true. */
  async until(condition: () => boolean, timeoutMs = 15_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!condition()) {
      if (Date.now() > deadline)
        throw new Error(`waited ${timeoutMs} ms; last lines: ${this.lines.slice(-5).join(' | ')}`);
      if (this.closed) throw new Error(`connection closed; last lines: ${this.lines.slice(-5).join(' | ')}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, 50);
        const waiting = this.waiting;
        function done(): void {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        }
        waiting.add(done);
      });
    }
  }

  get job(): Notify {
    return this.notifies.at(-1)!;
  }

  /** The block that the job builds on, in display order. */
  get tip(): string {
    return Buffer.from(this.job.prevHash, 'hex').swap32().reverse().toString('hex');
  }

  /**
   * Grinds a share of `job` that meets `difficulty`, by default the job's; never the same one twice, and a block
   * only when asked for one.
   */
  mine(job: Notify = this.job, difficulty = job.difficulty, limit = 200_000_000): MinedShare {
    const target =
      (BigInt(Math.floor(2 ** 40)) * DIFF1) / BigInt(Math.max(1, Math.round(difficulty * 2 ** 40)));
    const extranonce2 = (++this.extranonce2).toString(16).padStart(16, '0');
    const coinbase = Buffer.from(job.coinb1 + this.extranonce1 + extranonce2 + job.coinb2, 'hex');
    let root = sha256d(coinbase);
    for (const sibling of job.branch) root = sha256d(Buffer.concat([root, Buffer.from(sibling, 'hex')]));
    const header = Buffer.alloc(80);
    header.writeUInt32LE(Number.parseInt(job.version, 16), 0);
    Buffer.from(job.prevHash, 'hex').swap32().copy(header, 4);
    root.copy(header, 36);
    header.writeUInt32LE(Number.parseInt(job.time, 16), 68);
    header.writeUInt32LE(Number.parseInt(job.bits, 16), 72);
    const targetLe = Buffer.from(target.toString(16).padStart(64, '0'), 'hex').reverse();
    scanner.load(header, targetLe);
    for (let nonce = scanner.next(0, limit); nonce >= 0; nonce = scanner.next(nonce + 1, limit)) {
      header.writeUInt32LE(nonce, 76);
      const hash = sha256d(header).reverse();
      const value = BigInt(`0x${hash.toString('hex')}`);
      if (value > target) throw new Error('the scanner found what is none');
      // An ordinary share that is a block by chance would move the tip under the test.
      if (difficulty < BLOCK_DIFFICULTY && value <= BLOCK_TARGET) continue;
      return {
        extranonce2,
        time: job.time,
        nonce: nonce.toString(16).padStart(8, '0'),
        hash: hash.toString('hex'),
        header: Buffer.from(header),
        coinbase,
      };
    }
    throw new Error(`no share within ${limit} hashes`);
  }

  submit(user: string, job: Notify, share: MinedShare): Promise<Reply> {
    return this.call('mining.submit', [user, job.jobId, share.extranonce2, share.time, share.nonce]);
  }

  close(): void {
    this.socket.destroy();
  }

  private read(chunk: string): void {
    this.buffered += chunk;
    for (let end = this.buffered.indexOf('\n'); end >= 0; end = this.buffered.indexOf('\n')) {
      const line = this.buffered.slice(0, end);
      this.buffered = this.buffered.slice(end + 1);
      this.lines.push(line);
      this.take(JSON.parse(line) as Reply & { method?: string; params?: unknown[] });
    }
    this.wake();
  }

  private take(message: Reply & { method?: string; params?: unknown[] }): void {
    const params = message.params ?? [];
    if (message.method === undefined) this.replies.set(message.id, message);
    else if (message.method === 'mining.set_difficulty') this.difficulty = params[0] as number;
    else if (message.method === 'client.show_message') this.messages.push(String(params[0]));
    else if (message.method === 'mining.notify') {
      const [jobId, prevHash, coinb1, coinb2, branch, version, bits, time, clean] = params as [
        string,
        string,
        string,
        string,
        string[],
        string,
        string,
        string,
        boolean,
      ];
      const { difficulty } = this;
      this.notifies.push({ jobId, prevHash, coinb1, coinb2, branch, version, bits, time, clean, difficulty });
    }
  }

  private wake(): void {
    for (const done of [...this.waiting]) done();
  }
}
