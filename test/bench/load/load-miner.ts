/**
 * One miner of a load process: a real Stratum V1 dialogue, shares ground beforehand, answers counted, and of each share
 * answered `true` its hash kept. What it knows of the work came over the wire. Everything it sends while measured lies
 * ready as bytes, so that the load costs as little as it can beside the pool on the same machine.
 */
import { connect, type Socket } from 'node:net';
import { fromHex } from '../../../src/lib/index.js';
import {
  buildHeader,
  type NonceScanner,
  type Notify,
  parseNotify,
  targetLeOfDifficulty,
  uint32Hex,
} from '../../../src/miner/index.js';

export interface LoadTarget {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** `d=…` fixes the difficulty at this pool. */
  readonly password: string;
  /** Of loopback: see `source-addresses.ts`. */
  readonly localAddress: string;
}

export interface LoadCounts {
  accepted: number;
  refused: number;
  /** The first few refusals, as the pool worded them. */
  readonly refusals: string[];
}

const SUBSCRIBE = 1;
const AUTHORIZE = 2;
const FIRST_SHARE = 3;
/** What became of a share. */
const ACCEPTED = 1;
const REFUSED = 2;
const HANDED_OVER = 3;
const HASH_BYTES = 32;
const NEWLINE = 0x0a;
const REFUSALS_KEPT = 3;
/** Every load process reads into this one buffer: a thousand sockets need no thousand. */
const READ_BUFFER = Buffer.allocUnsafe(1 << 16);

export class LoadMiner {
  /** Called with the time from writing a share to reading its answer, when that was `true`. */
  onAccepted: (durationMs: number) => void = () => {};
  /** Called when work comes; `clean`: on a new previous block, or the first. */
  onWork: (clean: boolean) => void = () => {};
  onClosed: () => void = () => {};
  /** The notify of its present work, as it came; null before the first. */
  private workLine: string | null = null;
  isClosed = false;
  private isLeaving = false;
  /** As the pool set it last; NaN before. */
  difficulty = Number.NaN;
  private readonly socket: Socket;
  private lines = Buffer.alloc(0);
  /** Where each line ends in `lines`. */
  private ends: number[] = [];
  private sentMs = new Float64Array(0);
  private sent = 0;
  private answered = 0;
  /** Of the shares ground for earlier work; ids go on counting. */
  private idsBefore = 0;
  private partial = '';
  private extranonce1 = '';
  private extranonce2Bytes = 0;
  private nonce = 0;
  /** Of each share ground, and what became of it; 0 as long as it is not answered. */
  private hashes = new Uint8Array(0);
  private fates = new Uint8Array(0);

  constructor(
    private readonly target: LoadTarget,
    private readonly counts: LoadCounts,
  ) {
    this.socket = connect({
      host: target.host,
      port: target.port,
      localAddress: target.localAddress,
      noDelay: true,
      onread: {
        buffer: READ_BUFFER,
        callback: (bytes, buffer) => {
          this.read(buffer as Buffer, bytes);
          return true;
        },
      },
    });
    this.socket.once('connect', () => {
      const subscribe = { id: SUBSCRIBE, method: 'mining.subscribe', params: ['orcapool-bench/1'] };
      const authorize = {
        id: AUTHORIZE,
        method: 'mining.authorize',
        params: [target.username, target.password],
      };
      this.socket.write(`${JSON.stringify(subscribe)}\n${JSON.stringify(authorize)}\n`);
    });
    // Of one that had work, `isClosed` tells.
    this.socket.on('error', (error) => {
      if (this.workLine === null) this.refuse(error.message);
    });
    this.socket.once('close', () => {
      this.isClosed = true;
      if (this.workLine === null && !this.isLeaving) this.refuse('the pool hung up');
      this.onClosed();
    });
  }

  /** Read only when shares are ground for it: ten thousand miners are told of a tip while the pool needs the cores. */
  private get work(): Notify {
    return parseNotify((JSON.parse(this.workLine!) as Message).params);
  }

  /** Shares ground and not yet sent. */
  get left(): number {
    return this.ends.length - this.sent;
  }

  get outstanding(): number {
    return this.sent - this.answered;
  }

  /** Grinds `count` shares of the present work, in place of those ground before; none of those may be outstanding. */
  prepare(scanner: NonceScanner, count: number): void {
    const work = this.work;
    const extranonce2 = '00'.repeat(this.extranonce2Bytes);
    const choice = { extranonce2: fromHex(extranonce2), time: work.time, version: work.version, nonce: 0 };
    scanner.load(buildHeader(work, fromHex(this.extranonce1), choice), targetLeOfDifficulty(this.difficulty));
    this.idsBefore += this.ends.length;
    this.ends = [];
    this.hashes = new Uint8Array(count * HASH_BYTES);
    this.fates = new Uint8Array(count);
    const texts: string[] = [];
    let bytes = 0;
    while (texts.length < count) {
      const nonce = scanner.next(this.nonce, 2 ** 32);
      if (nonce < 0) throw new Error('the nonces of a job are used up: prepare fewer shares');
      this.nonce = nonce + 1;
      this.hashes.set(scanner.found.hash, texts.length * HASH_BYTES);
      const share = [this.target.username, work.jobId, extranonce2, uint32Hex(work.time), uint32Hex(nonce)];
      const id = FIRST_SHARE + this.idsBefore + texts.length;
      const text = `{"id":${id},"method":"mining.submit","params":${JSON.stringify(share)}}\n`;
      texts.push(text);
      bytes += text.length;
      this.ends.push(bytes);
    }
    this.lines = Buffer.from(texts.join(''), 'latin1');
    this.sentMs = new Float64Array(count);
    this.sent = 0;
    this.answered = 0;
  }

  /** The hashes, in internal order, of shares answered `true` that were not handed over before. */
  *takeAcknowledged(): Generator<Uint8Array> {
    for (let i = 0; i < this.sent; i++) {
      if (this.fates[i] !== ACCEPTED) continue;
      yield this.hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES);
      this.fates[i] = HANDED_OVER;
    }
  }

  /** The hashes of shares that were sent and will not be answered any more, alike. */
  *unanswered(): Generator<Uint8Array> {
    if (!this.isClosed) return;
    for (let i = 0; i < this.sent; i++) {
      if (this.fates[i] !== 0) continue;
      yield this.hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES);
      this.fates[i] = HANDED_OVER;
    }
  }

  /** Writes up to `count` shares at once. */
  send(count: number): void {
    if (this.isClosed) return;
    const end = Math.min(this.sent + count, this.ends.length);
    if (end === this.sent) return;
    const from = this.sent === 0 ? 0 : this.ends[this.sent - 1]!;
    this.sentMs.fill(performance.now(), this.sent, end);
    this.sent = end;
    this.socket.write(this.lines.subarray(from, this.ends[end - 1]!));
  }

  close(): void {
    this.isLeaving = true;
    this.onClosed = () => {};
    this.socket.destroy();
  }

  private read(buffer: Buffer, bytes: number): void {
    let from = 0;
    for (let end = buffer.indexOf(NEWLINE); end >= 0 && end < bytes; end = buffer.indexOf(NEWLINE, from)) {
      this.take(this.partial + buffer.toString('latin1', from, end));
      this.partial = '';
      from = end + 1;
    }
    if (from < bytes) this.partial += buffer.toString('latin1', from, bytes);
  }

  private take(line: string): void {
    const comma = line.indexOf(',');
    const id = Number(line.slice(6, comma));
    // As this pool words it when it accepts one; all else, and other pools' answers, are read as JSON.
    if (line.startsWith('{"id":') && id >= FIRST_SHARE && line.startsWith(',"result":true', comma))
      this.answeredShare(id, true, line);
    // Likewise, as this pool words it.
    else if (line.startsWith('{"id":null,"method":"mining.notify"'))
      this.takeWork(line, line.endsWith(',true]}'));
    else this.takeMessage(JSON.parse(line) as Message, line);
  }

  private answeredShare(id: number, isGood: boolean, line: string): void {
    this.answered++;
    const share = id - FIRST_SHARE - this.idsBefore;
    this.fates[share] = isGood ? ACCEPTED : REFUSED;
    if (!isGood) {
      this.refuse(line);
      return;
    }
    this.counts.accepted++;
    this.onAccepted(performance.now() - this.sentMs[share]!);
  }

  private takeMessage({ id, method, params, result, error }: Message, line: string): void {
    if (method === 'mining.set_difficulty') this.difficulty = params![0] as number;
    else if (method === 'mining.notify') this.takeWork(line, parseNotify(params).cleanJobs);
    else if (method !== undefined) return;
    else if (Number(id) >= FIRST_SHARE) this.answeredShare(Number(id), result === true, line);
    else if (error !== null && error !== undefined) this.refuse(JSON.stringify(error));
    else if (id === SUBSCRIBE) {
      const [, extranonce1, extranonce2Bytes] = result as [unknown, string, number];
      this.extranonce1 = extranonce1;
      this.extranonce2Bytes = extranonce2Bytes;
    }
  }

  private takeWork(line: string, cleanJobs: boolean): void {
    const clean = this.workLine === null || cleanJobs;
    if (clean) {
      this.workLine = line;
      this.nonce = 0;
    }
    this.onWork(clean);
  }

  private refuse(text: string): void {
    this.counts.refused++;
    if (this.counts.refusals.length < REFUSALS_KEPT) this.counts.refusals.push(text);
  }
}

interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: readonly unknown[];
  readonly result?: unknown;
  readonly error?: unknown;
}
