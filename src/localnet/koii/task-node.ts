/**
 * An emulated Koii desktop node with one task: serves `/namespace-wrapper` as Koii's does, keeps the bundle as
 * `executables/<cid>.js`, forks it with the ten arguments and nothing of the environment but PATH and the operator's
 * variables, and sends it its calls as the slots pass.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage } from '../../lib/index.js';
import { freePorts } from '../bitcoind/index.js';
import type { Cheat } from './cheats.js';
import { answerRpc } from './emulated-blocks.js';
import { type JsonReply, type RunningServer, serveJson } from './json-server.js';
import { type NamespaceMethods, type Notification, namespaceMethods } from './namespace-methods.js';
import type { SlotClock } from './slot-clock.js';
import type { StakingWallet } from './staking-wallet.js';
import type { TaskAccount } from './task-account.js';

export interface TaskNodeOptions {
  readonly bundle: string;
  /** The node's folder on the operator's disk. */
  readonly folder: string;
  readonly wallet: StakingWallet;
  readonly account: TaskAccount;
  readonly clock: SlotClock;
  /** Node that runs the bundle; Koii's is Electron's 18. */
  readonly execPath: string;
  /** The operator's variables. */
  readonly variables?: Readonly<Record<string, string>>;
}

export class TaskNode {
  readonly notifications: Notification[] = [];
  output = '';
  /** From now on; null for an honest node. */
  cheat: Cheat | null = null;
  private readonly secret = randomBytes(10).toString('hex');
  private server: RunningServer | null = null;
  private child: ChildProcess | null = null;
  private bundlePort = 0;
  private readonly sent = new Set<string>();
  private stopListening = (): void => {};

  constructor(private readonly options: TaskNodeOptions) {}

  /** Where the task has its files. */
  get basePath(): string {
    return join(this.options.folder, 'namespace', this.options.account.task.taskId);
  }

  /** Resolves when the task's own routes answer. */
  async start(): Promise<void> {
    const { bundle, folder, account, clock, wallet, execPath, variables } = this.options;
    await mkdir(this.basePath, { recursive: true });
    await mkdir(join(folder, 'executables'), { recursive: true });
    const executable = join(folder, 'executables', 'bafybundle.js');
    await copyFile(bundle, executable);
    // Koii's folder lies under none that says its files are modules; a temporary one may.
    await writeFile(join(folder, 'package.json'), '{}');
    const { taskId } = account.task;
    let methods: NamespaceMethods = {};
    const server = await serveJson((request, body) =>
      request.url === '/k2'
        ? this.rpc(body)
        : request.url === '/namespace-wrapper'
          ? this.call(methods, body)
          : NOTHING,
    );
    this.server = server;
    const rpcUrl = `http://127.0.0.1:${server.port}/k2`;
    const { address, secretKey } = wallet;
    const { basePath, notifications } = this;
    const cheat = (): Cheat | null => this.cheat;
    methods = namespaceMethods({
      ...{ account, clock, address, secretKey, basePath, rpcUrl, notifications, cheat },
    });
    [this.bundlePort] = (await freePorts(1)) as [number];
    const stake = String(account.stakes[address] ?? 0);
    const args = ['orcapool', taskId, String(this.bundlePort), 'service', address, this.secret, rpcUrl];
    const child = fork(executable, [...args, 'http://127.0.0.1/', stake, String(server.port)], {
      execPath,
      execArgv: [],
      env: { PATH: process.env.PATH ?? '', ...variables },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    while ((await this.get('/status')) === null) {
      if (child.exitCode !== null) throw new Error(`the task ended with ${child.exitCode}:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.stopListening = clock.onAdvance(() => this.drive());
    this.drive();
  }

  /** Of the task's own routes. */
  get url(): string {
    return `http://127.0.0.1:${this.bundlePort}`;
  }

  /** One of the task's own routes; null while nobody answers. */
  async get(path: string): Promise<unknown> {
    try {
      return await (await fetch(`${this.url}${path}`)).json();
    } catch {
      return null;
    }
  }

  /** SIGTERM; resolves to the exit code. */
  async stop(): Promise<number | null> {
    this.stopListening();
    this.child?.kill('SIGTERM');
    const code = await this.ended();
    await this.server?.close();
    return code;
  }

  /** Resolves to the task's exit code, once it has ended. */
  async ended(): Promise<number | null> {
    const { child } = this;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      await new Promise((resolve) => child.once('exit', resolve));
    }
    return child?.exitCode ?? null;
  }

  /** Each call once, in its window. */
  private drive(): void {
    const { account } = this.options;
    const { round } = account;
    const send = (functionCall: string, roundNumber: number): void => {
      const name = `${functionCall} ${roundNumber}`;
      if (roundNumber < 0 || this.sent.has(name) || this.child?.connected !== true) return;
      this.sent.add(name);
      this.child.send({ functionCall, roundNumber, isPreviousRoundFailed: false });
    };
    send('executeTask', round);
    if (account.isIn('submission', round)) {
      send('submitPayload', round - 1);
      send('generateAndSubmitDistributionList', round - 2);
    }
    if (account.isIn('audit', round)) {
      send('auditPayload', round - 1);
      send('distributionListAudit', round - 2);
    }
  }

  private rpc(body: Buffer): JsonReply {
    const { id, method, params } = JSON.parse(body.toString()) as {
      id: unknown;
      method: string;
      params: unknown[];
    };
    const answer = answerRpc(method, params, this.options.clock.now);
    const unknown = { error: { code: -32601, message: `Method not found: ${method}` } };
    return { status: 200, body: { jsonrpc: '2.0', id, ...(answer ?? unknown) } };
  }

  private async call(methods: NamespaceMethods, body: Buffer): Promise<JsonReply> {
    const refused = (message: string, status = 422): JsonReply => ({ status, body: { message } });
    const { args, taskId, secret } = JSON.parse(body.toString()) as Record<string, unknown>;
    if (!Array.isArray(args)) return refused('No args provided');
    if (taskId === undefined) return refused('No taskId provided');
    if (secret === undefined) return refused('No secret provided');
    if (secret !== this.secret) return refused('Invalid secret provided', 401);
    const [method, ...more] = args as [string, ...never[]];
    const run = methods[method];
    if (run === undefined) return refused(`namespace[args[0]] is not a function: ${method}`);
    try {
      return { status: 200, body: { response: await run(...more) } };
    } catch (error) {
      return refused(errorMessage(error));
    }
  }
}

const NOTHING: JsonReply = { status: 404, body: { message: 'not found' } };
