/**
 * The first slice of the pool: one miner, one hard-wired solo job at a time, straight from a template to
 * `submitblock`. It exists so that everything after it grows on parts that already meet a real bitcoind and a real
 * miner; the listener processes take its place.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { bitsOfDifficulty, difficultyText, type Network } from '../bitcoin/index.js';
import { fromHex, toDisplayHex, toHex } from '../lib/index.js';
import {
  assembleBlock,
  checkShare,
  type DigestedTemplate,
  digestTemplate,
  type Job,
  makeJob,
  type RawTemplate,
  type Share,
  shareCoinbase,
  shareHeader,
  soloShape,
} from '../mining/index.js';

const EXTRANONCE1 = '00000001';

export interface OneJobOptions {
  readonly network: Network;
  readonly difficulty: number;
  readonly payoutScript: Uint8Array;
  /** Calls bitcoind. */
  readonly rpc: <T>(method: string, params: readonly unknown[]) => Promise<T>;
  readonly onBlock: (hash: string, verdict: string | null) => void;
}

export class OneJobPool {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private current: { id: string; job: Job; digest: DigestedTemplate } | undefined;
  private jobCount = 0;
  private readonly seen = new Set<string>();
  accepted = 0;

  constructor(private readonly options: OneJobOptions) {
    this.server = createServer((socket) => this.serve(socket));
  }

  /** Listens on a free loopback port and returns it. */
  async start(): Promise<number> {
    await this.refresh();
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as { port: number }).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async refresh(): Promise<void> {
    const raw = await this.options.rpc<RawTemplate>('getblocktemplate', [{ rules: ['segwit'] }]);
    const digest = digestTemplate(raw);
    const job = makeJob(
      {
        template: digest.template,
        shape: soloShape(digest.template, '/orcapool/'),
        signature: new Uint8Array(0),
        binding: NO_BINDING,
        payout: { type: 'bitcoin', script: this.options.payoutScript },
        bits: bitsOfDifficulty(this.options.difficulty),
      },
      this.options.network,
    );
    this.current = { id: (++this.jobCount).toString(16).padStart(8, '0'), job, digest };
    for (const socket of this.sockets) this.notify(socket);
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket }).on('line', (line) => {
      const { id, method, params } = JSON.parse(line) as { id: unknown; method: string; params: string[] };
      const answer = (result: unknown, error: unknown = null): void => {
        socket.write(`${JSON.stringify({ id, result, error })}\n`);
      };
      if (method === 'mining.subscribe') answer([[['mining.notify', '1']], EXTRANONCE1, 8]);
      else if (method === 'mining.authorize') {
        answer(true);
        socket.write(
          `{"id":null,"method":"mining.set_difficulty","params":[${difficultyText(this.options.difficulty)}]}\n`,
        );
        this.notify(socket);
      } else if (method === 'mining.submit') answer(this.judge(params));
      else answer(null, [20, `unknown method ${method}`, null]);
    });
  }

  private notify(socket: Socket): void {
    if (this.current === undefined) return;
    const { id, job, digest } = this.current;
    const prevHash = toHex(job.template.prevHash).replace(/(..)(..)(..)(..)/g, '$4$3$2$1');
    const word = (value: number): string => value.toString(16).padStart(8, '0');
    const params = [
      id,
      prevHash,
      toHex(job.prefix),
      toHex(job.suffix),
      job.template.branch.map(toHex),
      word(job.template.version),
      word(job.template.bits),
      word(digest.template.curTime),
      true,
    ];
    socket.write(`${JSON.stringify({ id: null, method: 'mining.notify', params })}\n`);
  }

  private judge(params: readonly string[]): boolean {
    const [, jobId, extranonce2, time, nonce] = params;
    if (this.current === undefined || jobId !== this.current.id) return false;
    const { job, digest } = this.current;
    const share: Share = {
      extranonce: fromHex(EXTRANONCE1 + extranonce2, 12),
      time: Number.parseInt(time ?? '', 16),
      nonce: Number.parseInt(nonce ?? '', 16),
      version: job.template.version,
    };
    const verdict = checkShare(job, share, {
      stale: false,
      versionMask: 0,
      minTime: digest.template.minTime,
      maxTime: digest.template.curTime + 7200,
      easierTarget: null,
      isDuplicate: (hash) => this.seen.has(toHex(hash)),
    });
    if (verdict.isBlock) void this.submit(job, share, digest, toDisplayHex(verdict.hash));
    if (verdict.kind !== 'accepted') return false;
    this.seen.add(toHex(verdict.hash));
    this.accepted++;
    return true;
  }

  private async submit(job: Job, share: Share, digest: DigestedTemplate, hash: string): Promise<void> {
    const block = assembleBlock(
      shareHeader(job, share),
      shareCoinbase(job, share),
      digest.template.witnessCommitment !== null,
      digest.transactions,
    );
    this.options.onBlock(hash, await this.options.rpc<string | null>('submitblock', [toHex(block)]));
    await this.refresh();
  }
}

const ZEROS = new Uint8Array(32);
const NO_BINDING = {
  taskId: ZEROS,
  nodeKey: ZEROS,
  round: 0n,
  seed: ZEROS,
  reserveScript: new Uint8Array(0),
};
