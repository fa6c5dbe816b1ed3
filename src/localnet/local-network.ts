/**
 * Several pool nodes on one machine that claim their rounds on an emulated Koii network, audit each other and are paid:
 * one real bitcoind, for each node the task's real bundle and the pool as real processes and a test miner, and three
 * auditors elsewhere. Koii's rules of rounds are kept; its clock is sped up to a round a minute.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError, errorMessage, type Logger } from '../lib/index.js';
import { freePortPair, freePorts, isFree } from './bitcoind/index.js';
import { keepBitcoind } from './kept-bitcoind.js';
import { CHEATS, type CheatName, type KoiiNetwork, type NetworkNode } from './koii/index.js';
import { type LinesOut, LiveLines } from './live-lines.js';
import { NetworkFigures } from './network-figures.js';
import { NetworkWords } from './network-words.js';
import { AUDITORS, type PrivateKoiiDeps, type PrivateKoiiOptions, startPrivateKoii } from './private-koii.js';
import { MINER_ADDRESS, startTestMiner } from './test-miner.js';

export class LocalNetworkError extends CodedError<'PORT_TAKEN'> {}

export interface LocalNetworkOptions extends PrivateKoiiOptions {
  readonly miner: boolean;
  readonly nodes: number;
  /** Of the last node; null for honest ones alone. */
  readonly cheat: CheatName | null;
  /** Of the first node; the others have free ones. */
  readonly stratumPort: number;
  readonly httpPort: number;
}

export interface LocalNetworkDeps extends PrivateKoiiDeps {
  readonly terminal: LinesOut;
  readonly logger: Logger;
  /** The command that verifies one share of the pool in that data directory. */
  verifyCommand(hash: string, datadir: string): string;
}

/** The first node's; the others have half of it. A twentieth of a core: a share each second or two. */
const MINER_HASHRATE = 300_000;
const FIGURES_MS = 1_000;
const LESSON_MS = 60_000;
const POLL_MS = 100;

export class LocalNetwork {
  private readonly lines: LiveLines;
  private readonly endings: (() => Promise<void>)[] = [];
  private wasStopped = false;
  private readonly startedMs: number;
  /** Nodes that were here before this run. */
  private readonly kept = new Set<string>();
  private lessonAtMs = Number.POSITIVE_INFINITY;

  constructor(
    private readonly options: LocalNetworkOptions,
    private readonly deps: LocalNetworkDeps,
  ) {
    this.lines = new LiveLines(deps.terminal);
    this.startedMs = deps.timers.nowMs();
  }

  /** Runs until `stopped`. Throws a `CodedError` when a part cannot start; what had started is ended. */
  async run(stopped: Promise<void>): Promise<void> {
    void stopped.then(() => {
      this.wasStopped = true;
    });
    const started = this.start();
    try {
      await Promise.race([started, stopped]);
      await stopped;
      this.lines.say('');
      this.lines.say('Stopping…');
    } finally {
      this.wasStopped = true;
      // What was still starting is ended as well.
      await started.catch(() => {});
      for (const end of this.endings.reverse()) await end();
    }
    this.lines.end();
    this.lines.say('Stopped. Shares and chain are kept; --fresh begins anew.');
  }

  private async start(): Promise<void> {
    const { folder, nodes, cheat } = this.options;
    await this.refuseTakenPorts();
    const { env, timers } = this.deps;
    const say = (line: string): void => this.lines.say(line);
    say('Orcapool on a private network: nothing here is worth anything, and everything is real but Koii.');
    const bitcoind = await keepBitcoind(folder, { env, say, wasStopped: () => this.wasStopped });
    if (bitcoind === null) return;
    this.endings.push(() => bitcoind.stop());
    if (this.wasStopped) return;

    const { network, end } = await startPrivateKoii(bitcoind, this.options, this.deps);
    this.endings.push(end);
    const { round } = network.account;
    say(
      `koii        emulated, a round a minute; what happens to this one: ${network.url}/emulator/rounds/${round}`,
    );
    const names = Array.from({ length: nodes }, (_, i) => String.fromCharCode(65 + i));
    await Promise.all(names.map((name) => this.startNode(network, name)));
    if (this.wasStopped) return;
    for (const name of names) this.introduce(network.nodes.find((node) => node.name === name)!);
    say(`auditors    ${AUDITORS} stakers elsewhere, which look at five claims of a round, drawn at random`);
    if (cheat !== null) {
      say(
        `cheat       node ${names.at(-1)}: it ${CHEATS[cheat].does}; the checks: docs/claim-format.md#checks`,
      );
    }
    say(
      "rounds      nodes claim one when it is over, audit each other's claims from 20 s on, and are paid a round later",
    );
    say('Ctrl-C stops everything.');
    say('');
    this.lessonAtMs = timers.nowMs() + LESSON_MS;
    this.tellOn(network);
  }

  /** Of the first node, whose ports the operator chooses; behind its Stratum port comes the pod's own. */
  private async refuseTakenPorts(): Promise<void> {
    const { stratumPort, httpPort } = this.options;
    for (const [port, option] of [
      [stratumPort, '--stratum-port'],
      [stratumPort + 1, '--stratum-port'],
      [httpPort, '--http-port'],
    ] as const) {
      if (await isFree(port)) continue;
      throw new LocalNetworkError(
        'PORT_TAKEN',
        `port ${port} is taken, by another program or, for a minute, by a connection that has ended: end that, wait, or choose another port, as with ${option} ${port + 100}`,
      );
    }
  }

  private async startNode(network: KoiiNetwork, name: string): Promise<void> {
    const { miner, cheat, nodes } = this.options;
    if (existsSync(join(this.options.folder, 'nodes', name))) this.kept.add(name);
    const isFirst = name === 'A';
    const stratumPort = isFirst ? this.options.stratumPort : await freePortPair();
    const httpPort = isFirst ? this.options.httpPort : (await freePorts(1))[0]!;
    const node = await network.addNode({ name, shape: 'nested', stratumPort, httpPort });
    if (cheat !== null && name.charCodeAt(0) === 64 + nodes) node.koii.cheat = CHEATS[cheat];
    if (miner) void this.mineOn(node);
  }

  /** A miner that is turned away waits longer each time, so it begins when there is work. */
  private async mineOn(node: NetworkNode): Promise<void> {
    while (!this.wasStopped && (await node.pod.get('/healthz'))?.status !== 200) await sleep(POLL_MS);
    if (this.wasStopped) return;
    const { name, stratumPort } = node;
    const wishes = { stratumPort, worker: `localnet${name}`, hashrate: hashrateOf(name) };
    const started = startTestMiner(wishes, this.deps.logger, this.deps.timers);
    this.endings.push(() => started.stop());
  }

  private introduce({ name, pod, koii, stratumPort }: NetworkNode): void {
    const say = (line: string): void => this.lines.say(line);
    const place = `stratum+tcp://<this machine>:${stratumPort}`;
    say(`node ${name}      http://127.0.0.1:${pod.httpPort}/  (status page); miners: ${place}`);
    say(`            ${koii.url}/status  (what Koii shows its operator)`);
    const rate = hashrateOf(name) / 1000;
    if (this.options.miner)
      say(`            test miner ${MINER_ADDRESS}.localnet${name}, held to ${rate} kH/s`);
    else say(`            to mine there: ${minerCommand(stratumPort)}`);
  }

  private tellOn(network: KoiiNetwork): void {
    const words = new NetworkWords(network, (line) => this.lines.say(line));
    const figures = new NetworkFigures(network, (line) => this.lines.say(line), this.startedMs, this.kept);
    let isLooking = false;
    const cancel = this.deps.timers.every(FIGURES_MS, () => {
      if (isLooking) return;
      isLooking = true;
      void this.look(words, figures).finally(() => {
        isLooking = false;
      });
    });
    this.endings.push(async () => cancel());
  }

  private async look(words: NetworkWords, figures: NetworkFigures): Promise<void> {
    try {
      this.lines.show(await figures.line());
      await words.look();
      await this.showLesson(figures);
    } catch (error) {
      if (!this.wasStopped) this.deps.logger.warn({ error: errorMessage(error) }, 'figures could not be had');
    }
  }

  /** Once, when the first minute is over and there is a share to check. */
  private async showLesson(figures: NetworkFigures): Promise<void> {
    if (this.deps.timers.nowMs() < this.lessonAtMs) return;
    const newest = await figures.newestShare();
    if (newest === null) return;
    this.lessonAtMs = Number.POSITIVE_INFINITY;
    this.lines.say('');
    this.lines.say('Nobody has to be believed. Check a share that was just mined, step by step:');
    this.lines.say(`  ${this.deps.verifyCommand(newest.hash, newest.datadir)}`);
    this.lines.say('');
  }
}

function minerCommand(stratumPort: number): string {
  return `npx orcapool miner stratum+tcp://127.0.0.1:${stratumPort} -u ${MINER_ADDRESS}.me`;
}

function hashrateOf(name: string): number {
  return name === 'A' ? MINER_HASHRATE : MINER_HASHRATE / 2;
}
