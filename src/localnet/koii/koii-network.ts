/**
 * A whole emulated Koii network: one chain with one task, one storage, some nodes that mine and audit, some stakers
 * elsewhere that only audit, one bitcoind for all. What happened to a round can be read at `/emulator/rounds/:round`.
 * Slots pass as its clock is driven, by a test or by the wall clock.
 */
import { base58 } from '@scure/base';
import type { ChainRpc } from '../../bitcoind/index.js';
import { ForeignAuditor } from './foreign-auditor.js';
import { type RunningServer, serveJson } from './json-server.js';
import { NetworkNode, type NodeGround, type NodeWishes } from './network-node.js';
import { type RoundRecord, roundRecord } from './round-record.js';
import { makeStakingWallet } from './staking-wallet.js';
import { StorageNode } from './storage-node.js';
import { TaskAccount, type TaskParameters } from './task-account.js';

export type NetworkOptions = Omit<NodeGround, 'account' | 'storage' | 'storageUrl'> & {
  readonly task: Omit<TaskParameters, 'taskId'>;
  /** Of the auditors elsewhere; null where there are to be none. */
  readonly rpc: ChainRpc | null;
};

export class KoiiNetwork {
  readonly nodes: NetworkNode[] = [];
  readonly auditors: ForeignAuditor[] = [];
  private server: RunningServer | null = null;

  private constructor(
    private readonly options: NetworkOptions,
    private readonly ground: NodeGround,
  ) {}

  static async start(options: NetworkOptions): Promise<KoiiNetwork> {
    const { task, taskId, clock } = options;
    const account = new TaskAccount({ ...task, taskId: base58.encode(taskId) }, clock);
    const storage = new StorageNode('StorageTask', (address) => (account.stakes[address] ?? 0) > 0);
    const network = new KoiiNetwork(options, {
      ...options,
      ...{ account, storage, storageUrl: await storage.start() },
    });
    network.server = await serveJson((request) => network.answer(request.url ?? '/'));
    return network;
  }

  get account(): TaskAccount {
    return this.ground.account;
  }

  get storage(): StorageNode {
    return this.ground.storage;
  }

  /** Of the emulator's own HTTP. */
  get url(): string {
    return `http://127.0.0.1:${this.server?.port}`;
  }

  async addNode(wishes: NodeWishes): Promise<NetworkNode> {
    const node = await NetworkNode.start(this.ground, wishes);
    this.nodes.push(node);
    this.nodes.sort((a, b) => (a.name < b.name ? -1 : 1));
    return node;
  }

  /** A staker that audits and mines nothing. */
  addAuditor(random: () => number): ForeignAuditor {
    const { account, clock, storage, reserve, stake } = this.ground;
    const { rpc } = this.options;
    if (rpc === null) throw new Error('an auditor has to ask a bitcoind');
    const wallet = makeStakingWallet();
    account.stakes[wallet.address] = stake;
    const reserveScript = reserve.script;
    const auditor = new ForeignAuditor(wallet, { account, clock, storage, rpc, reserveScript, random });
    this.auditors.push(auditor);
    return auditor;
  }

  round(round: number): Promise<RoundRecord> {
    const pods = new Map(this.nodes.map(({ wallet, pod }) => [wallet.address, pod]));
    return roundRecord({ account: this.account, pods, auditors: this.auditors }, round);
  }

  /** `A` for a node, `auditor 1` for one elsewhere. */
  nameOf(address: string): string {
    const node = this.nodes.find(({ wallet }) => wallet.address === address);
    if (node !== undefined) return node.name;
    return `auditor ${1 + this.auditors.findIndex(({ wallet }) => wallet.address === address)}`;
  }

  async stop(): Promise<void> {
    for (const auditor of this.auditors) auditor.stop();
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.storage.stop();
    await this.server?.close();
  }

  private async answer(path: string): Promise<{ status: number; body: unknown }> {
    const round = /^\/emulator\/rounds\/(0|[1-9]\d{0,14})$/.exec(path)?.[1];
    if (round !== undefined) return { status: 200, body: await this.round(Number(round)) };
    if (path === '/emulator') return { status: 200, body: this.overview() };
    return { status: 404, body: { message: 'there are /emulator and /emulator/rounds/<round>' } };
  }

  private overview(): object {
    const { account } = this;
    const { stakes, balances } = account;
    return {
      ...{ round: account.round, slot: this.ground.clock.now, task: account.task, stakes, balances },
      nodes: this.nodes.map(({ name, wallet, pod, stratumPort }) => ({
        ...{ name, address: wallet.address },
        ...{ http_port: pod.httpPort, stratum_port: stratumPort },
      })),
      auditors: this.auditors.map(({ wallet }) => wallet.address),
    };
  }
}
