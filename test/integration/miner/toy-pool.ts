/**
 * The least Stratum V1 pool a miner can talk to. It shares no code with the miner: every submit is recomputed with
 * `node:crypto` from the very strings that went over the wire, and judged by the difficulty its job was sent with.
 */
import { createHash } from 'node:crypto';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

export interface Submit {
  readonly jobId: string;
  readonly versionBits: string | undefined;
  readonly hash: bigint;
  readonly verdict: 'valid' | 'above target' | 'unknown job' | 'duplicate';
  /** The session's pongs received before this submit. */
  readonly pongs: number;
  readonly session: number;
}

interface SentJob {
  readonly notify: readonly [string, string, string, string, string[], string, string, string, boolean];
  readonly extranonce1: string;
  readonly target: bigint;
}

type Message = { id: unknown; method?: string; params?: unknown[]; result?: unknown };

const sha256d = (data: Buffer): Buffer =>
  createHash('sha256').update(createHash('sha256').update(data).digest()).digest();
const littleEndian = (hex: string): Buffer => Buffer.from(hex, 'hex').reverse();

export class ToyPool {
  readonly received: Message[] = [];
  readonly submits: Submit[] = [];
  /** Called for each submit; an array is the error to answer with in place of `true`. */
  answer: (submit: Submit) => unknown[] | null = () => null;
  sessions = 0;
  pongs = 0;
  private readonly server: Server;
  private socket: Socket | null = null;
  private jobs = new Map<string, SentJob>();
  private hashes = new Set<bigint>();
  private nextJob = 1;
  /** One over the difficulty; a power of two, so the target is a shift. */
  private easiness = 1n;

  constructor(
    private readonly extranonce2Size: number,
    private mask: number | null,
  ) {
    this.server = createServer((socket) => this.accept(socket));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `stratum+tcp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.socket?.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  dropConnection(): void {
    this.socket?.destroy();
  }

  send(message: object): void {
    this.socket?.write(`${JSON.stringify(message)}\n`);
  }

  setDifficulty(exponent: number): void {
    this.easiness = 1n << BigInt(exponent);
    this.send({ id: null, method: 'mining.set_difficulty', params: [2 ** -exponent] });
  }

  setMask(mask: number): void {
    this.mask = mask;
    this.send({ id: null, method: 'mining.set_version_mask', params: [mask.toString(16).padStart(8, '0')] });
  }

  /** Returns the job's id. */
  sendJob(cleanJobs: boolean): string {
    const jobId = (this.nextJob++).toString(16);
    const random = (label: string): string => createHash('sha256').update(`${label}${jobId}`).digest('hex');
    const branch = [random('left'), random('right')];
    const time = '66000000';
    const notify: SentJob['notify'] = [
      jobId,
      random('prev'),
      `01000000${random('one')}`,
      `${random('two')}00`,
      branch,
      '20000000',
      '1d00ffff',
      time,
      cleanJobs,
    ];
    this.jobs.set(jobId, {
      notify,
      extranonce1: this.extranonce1(),
      target: (0xffffn << 208n) * this.easiness,
    });
    this.send({ id: null, method: 'mining.notify', params: notify });
    return jobId;
  }

  private extranonce1(): string {
    return this.sessions.toString(16).padStart(8, '0');
  }

  private accept(socket: Socket): void {
    this.socket = socket;
    this.sessions++;
    this.pongs = 0;
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop()!;
      for (const line of lines) this.message(JSON.parse(line) as Message);
    });
  }

  private message(message: Message): void {
    this.received.push(message);
    const { id, method } = message;
    if (method === undefined && message.result === 'pong') this.pongs++;
    if (method === 'mining.configure') {
      const rolling =
        this.mask === null
          ? { 'version-rolling': false }
          : { 'version-rolling': true, 'version-rolling.mask': this.mask.toString(16).padStart(8, '0') };
      this.send({ id, result: rolling, error: null });
    }
    if (method === 'mining.subscribe') {
      this.send({
        id,
        result: [[['mining.notify', '1']], this.extranonce1(), this.extranonce2Size],
        error: null,
      });
    }
    if (method === 'mining.authorize') {
      this.send({ id, result: true, error: null });
      this.setDifficulty(20);
      this.sendJob(true);
    }
    if (method === 'mining.submit') {
      const submit = this.judge(message.params as string[]);
      this.submits.push(submit);
      const error = this.answer(submit);
      this.send({ id, result: error === null ? true : null, error });
    }
  }

  private judge(params: readonly string[]): Submit {
    const [, jobId, extranonce2, time, nonce, versionBits] = params as [
      string,
      string,
      string,
      string,
      string,
      string?,
    ];
    const about = { jobId, versionBits, pongs: this.pongs, session: this.sessions };
    const job = this.jobs.get(jobId);
    if (job === undefined || job.extranonce1 !== this.extranonce1())
      return { ...about, hash: 0n, verdict: 'unknown job' };
    const [, prevHash, coinbase1, coinbase2, branch, version, bits] = job.notify;
    let root = sha256d(Buffer.from(coinbase1 + job.extranonce1 + extranonce2 + coinbase2, 'hex'));
    for (const sibling of branch) root = sha256d(Buffer.concat([root, Buffer.from(sibling, 'hex')]));
    const mask = this.mask ?? 0;
    const bitsRolled = Number.parseInt(versionBits ?? '0', 16);
    const rolled = ((Number.parseInt(version, 16) & ~mask) | (bitsRolled & mask)) >>> 0;
    const header = Buffer.concat([
      littleEndian(rolled.toString(16).padStart(8, '0')),
      Buffer.from(prevHash, 'hex').swap32(),
      root,
      littleEndian(time),
      littleEndian(bits),
      littleEndian(nonce),
    ]);
    const hash = BigInt(`0x${sha256d(header).reverse().toString('hex')}`);
    if (header.length !== 80 || hash > job.target || (bitsRolled & ~mask) !== 0)
      return { ...about, hash, verdict: 'above target' };
    if (this.hashes.has(hash)) return { ...about, hash, verdict: 'duplicate' };
    this.hashes.add(hash);
    return { ...about, hash, verdict: 'valid' };
  }
}
