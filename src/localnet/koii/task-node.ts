/**
 * An emulated Koii desktop node with one task: serves `/namespace-wrapper` as Koii's does, keeps the bundle as
 * `executables/<cid>.js`, forks it with the ten arguments and nothing of the environment but PATH and the operator's
 * variables, and sends it its calls as the slots pass. A task that was silent for three rounds is started again.
 */
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { errorMessage } from '../../lib/index.js';
import { freePorts } from '../bitcoind/index.js';
import { cheatGround } from './cheat-ground.js';
import type { Cheat } from './cheats.js';
import { answerRpc } from './emulated-blocks.js';
import { type JsonReply, type Reply, type RunningServer, serveJson } from './json-server.js';
import type { ListCheat } from './list-cheats.js';
import { type NamespaceMethods, type Notification, namespaceMethods } from './namespace-methods.js';
import { passOn } from './pass-on.js';
import type { SlotClock } from './slot-clock.js';
import type { StakingWallet } from './staking-wallet.js';
import type { StoredArchives } from './stored-archives.js';
import type { TaskAccount } from './task-account.js';
import { TaskProcess } from './task-process.js';
import type { Troubles } from './troubles.js';

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
  /** For a node that is to cheat. */
  readonly storage?: StoredArchives;
}

/** Koii's node looks so often, in rounds, whether the task has submitted in the last three. */
const LOOKS_EVERY = 3.5;
const SILENT_ROUNDS = 3;
const KEPT_OUTPUT = 100_000;

export class TaskNode {
  readonly notifications: Notification[] = [];
  output = '';
  /** Paths of the task that were asked for from elsewhere. */
  readonly passedOn: string[] = [];
  /** For others: the operator's router passes nothing on. */
  isUnreachable = false;
  /** With its task's calls, from now on; null for none. */
  troubles: Troubles | null = null;
  /** From now on; null for an honest node. */
  cheat: Cheat | null = null;
  /** What becomes of the distribution list of a round on its way there; null for an honest one. */
  listCheat: { readonly round: number; readonly how: ListCheat } | null = null;
  /** Whose submission became another on its way to the chain. */
  readonly forgedRounds = new Set<number>();
  private readonly secret = randomBytes(10).toString('hex');
  private server: RunningServer | null = null;
  private process: TaskProcess | null = null;
  private bundlePort = 0;
  private readonly sent = new Set<string>();
  /** Rounds of which a cheat shows nothing. */
  private readonly hidden = new Set<number>();
  private nextLookSlot = 0;
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
    const server = await serveJson((request, body) => this.serve(request, body, methods));
    this.server = server;
    account.nodeUrls[wallet.address] = `http://127.0.0.1:${server.port}`;
    const rpcUrl = `http://127.0.0.1:${server.port}/k2`;
    const { address, secretKey } = wallet;
    const { basePath, notifications } = this;
    const forge = (value: string, round: number): Promise<string> => this.forge(value, round);
    methods = namespaceMethods({
      ...{ account, clock, address, secretKey, basePath, rpcUrl, notifications, forge },
      forgeList: (list, round) =>
        this.listCheat?.round === round ? this.listCheat.how(list, address) : { ...list },
    });
    [this.bundlePort] = (await freePorts(1)) as [number];
    const stake = String(account.stakes[address] ?? 0);
    const args = ['orcapool', taskId, String(this.bundlePort), 'service', address, this.secret, rpcUrl];
    const task = new TaskProcess({
      ...{ executable, execPath, env: variables ?? {} },
      args: [...args, 'http://127.0.0.1/', stake, String(server.port)],
      onOutput: (text) => {
        this.output = (this.output + text).slice(-KEPT_OUTPUT);
      },
    });
    this.process = task;
    task.start();
    while ((await this.get('/status')) === null) {
      if (!task.isRunning) throw new Error(`the task ended with ${task.ends.at(-1)}:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.nextLookSlot = clock.now + LOOKS_EVERY * account.task.roundTime;
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

  /** The running task; null before the start. */
  get task(): TaskProcess | null {
    return this.process;
  }

  /** SIGTERM; resolves to the exit code. */
  async stop(): Promise<number | null> {
    this.stopListening();
    const code = (await this.process?.stop()) ?? null;
    await this.server?.close();
    return code;
  }

  /** Resolves to the task's exit code, once it has ended. */
  async ended(): Promise<number | null> {
    return (await this.process?.ended()) ?? null;
  }

  private async forge(value: string, round: number): Promise<string> {
    const { account, wallet, storage } = this.options;
    if (this.cheat === null || storage === undefined) return value;
    if (this.cheat.hides) this.hidden.add(round);
    const forged = await this.cheat.forge(value, cheatGround(account, wallet, storage, round));
    if (forged !== value) this.forgedRounds.add(round);
    return forged;
  }

  /**
   * Each call once in its window, and again for a list that is to be published again. Whether Koii's node repeats those that a process which ended was sent is not public; a
   * task that cannot rely on it has to look for itself, so this one does not.
   */
  private drive(): void {
    const { account } = this.options;
    const { round } = account;
    const send = (functionCall: string, roundNumber: number): void => {
      const name = `${functionCall} ${roundNumber} in ${round}`;
      if (roundNumber < 0 || this.sent.has(name)) return;
      const isPreviousRoundFailed = account.recordOf(roundNumber - 1) === 'PayoutFailed';
      if (this.process?.send({ functionCall, roundNumber, isPreviousRoundFailed })) this.sent.add(name);
    };
    send('executeTask', round);
    if (account.isIn('submission', round)) {
      send('submitPayload', round - 1);
      for (const each of account.listedNow) send('generateAndSubmitDistributionList', each);
    }
    if (account.isIn('audit', round)) {
      send('auditPayload', round - 1);
      for (const each of account.listedNow) send('distributionListAudit', each);
    }
    this.look();
  }

  /** Koii's sign of life. */
  private look(): void {
    const { account, clock, wallet } = this.options;
    if (clock.now < this.nextLookSlot) return;
    this.nextLookSlot = clock.now + LOOKS_EVERY * account.task.roundTime;
    // What was worked on in a round is submitted in the next one.
    const newest = account.round - 1;
    for (let round = newest; round > newest - SILENT_ROUNDS; round--) {
      if (wallet.address in account.submissionsOf(round)) return;
    }
    if (this.process?.isRunning) void this.process.restart();
  }

  private async serve(request: IncomingMessage, body: Buffer, methods: NamespaceMethods): Promise<Reply> {
    const { account } = this.options;
    const { taskId } = account.task;
    const path = request.url ?? '/';
    if (path === '/k2') return await this.withTroubles(body, async () => this.rpc(body));
    if (path === '/namespace-wrapper') return await this.withTroubles(body, () => this.call(methods, body));
    if (path === '/nodes') return { status: 200, body: nodesOf(account) };
    const ofTask = `/task/${taskId}/`;
    if (!path.startsWith(ofTask)) return NOTHING;
    return await this.toTask(path.slice(ofTask.length - 1), request, body);
  }

  private async withTroubles(body: Buffer, answer: () => Promise<JsonReply>): Promise<Reply> {
    if (this.troubles === null) return await answer();
    const { args, method } = JSON.parse(body.toString()) as { args?: unknown[]; method?: unknown };
    return await this.troubles.through(String(method ?? args?.[0]), answer);
  }

  /** What anybody asks of the task, for whoever reaches its node. */
  private async toTask(path: string, request: IncomingMessage, body: Buffer): Promise<Reply> {
    this.passedOn.push(path);
    const round = Number(/^\/rounds\/(\d+)\//.exec(path)?.[1]);
    if (this.hidden.has(round)) return NOTHING;
    if (this.isUnreachable) return { status: 502, body: { message: 'Bad Gateway' } };
    return await passOn(this.bundlePort, path, request, body);
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

/** As Koii's nodes tell each other of themselves. */
function nodesOf({ nodeUrls, task }: TaskAccount): object[] {
  return Object.entries(nodeUrls).map(([submitterPubkey, url]) => ({
    ...{ data: { url, timestamp: 1 }, submitterPubkey, task: task.taskId },
    ...{ owner: submitterPubkey, signature: '' },
  }));
}

const NOTHING: JsonReply = { status: 404, body: { message: 'not found' } };
