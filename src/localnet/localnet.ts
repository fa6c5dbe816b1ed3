/**
 * A whole pool on one machine, on a chain of its own: a real bitcoind, a pool node, a test miner. It says in plain
 * words what happens, keeps one line of figures alive, and ends its first minute by showing how to check a share.
 */
import type { Logger, Timers } from '../lib/index.js';
import { keepBitcoind } from './kept-bitcoind.js';
import { type LinesOut, LiveLines } from './live-lines.js';
import { MINER_ADDRESS, startTestMiner } from './test-miner.js';

/** The node's own measure of itself; null where it has not measured yet. */
export interface LocalnetFigures {
  readonly sharesAccepted: number;
  readonly sharesRejected: number;
  readonly blocksInChain: number;
  readonly hashrate: number | null;
  readonly miners: number;
  readonly round: bigint;
  readonly height: number | null;
  /** Of the newest share on disk, display order. */
  readonly newestShare: string | null;
}

export interface LocalnetNode {
  readonly stratumPort: number;
  /** For large miners; null without. */
  readonly highPort: number | null;
  readonly speaksTls: boolean;
  readonly httpUrl: string;
  figures(): LocalnetFigures;
  /** One line each time something happens that people wait for or should know: a block, work that stops or resumes. */
  onNews(listener: (line: string) => void): void;
  stop(): Promise<void>;
}

export interface LocalnetOptions {
  readonly folder: string;
  readonly miner: boolean;
}

export interface LocalnetDeps {
  readonly terminal: LinesOut;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Starts the pool node with these settings, which the operator's own words override. */
  startNode(settings: Readonly<Record<string, string>>): Promise<LocalnetNode>;
  /** The command that verifies one share of this pool. */
  verifyCommand(hash: string): string;
}

/** A twentieth of a core: a share each second or two, a block about every fourteen seconds. */
const MINER_HASHRATE = 300_000;
const FIGURES_MS = 1_000;
const LESSON_MS = 60_000;

export class Localnet {
  private readonly lines: LiveLines;
  private lessonAtMs = Number.POSITIVE_INFINITY;

  constructor(
    private readonly options: LocalnetOptions,
    private readonly deps: LocalnetDeps,
  ) {
    this.lines = new LiveLines(deps.terminal);
  }

  /** Runs until `stopped`. Throws a `CodedError` when a part cannot start; what had started is ended. */
  async run(stopped: Promise<void>): Promise<void> {
    const endings: (() => Promise<void>)[] = [];
    let wasStopped = false;
    void stopped.then(() => {
      wasStopped = true;
    });
    try {
      await Promise.race([this.start(endings, () => wasStopped), stopped]);
      await stopped;
      this.say('');
      this.say('Stopping…');
    } finally {
      for (const end of endings.reverse()) await end();
    }
    this.lines.end();
    this.say('Stopped. Shares and chain are kept; --fresh begins anew.');
  }

  private async start(endings: (() => Promise<void>)[], wasStopped: () => boolean): Promise<void> {
    const { folder } = this.options;
    const { env, timers } = this.deps;
    this.say('Orcapool on a private network: nothing here is worth anything, and everything is real.');

    const say = (line: string): void => this.say(line);
    const bitcoind = await keepBitcoind(folder, { env, say, wasStopped });
    if (bitcoind === null) return;
    endings.push(() => bitcoind.stop());
    if (wasStopped()) return;

    const node = await this.deps.startNode({
      'bitcoin.rpcUrl': bitcoind.rpcUrl,
      'bitcoin.cookieFile': bitcoind.cookieFile,
      'bitcoin.zmqHashBlock': bitcoind.zmqHashBlock,
    });
    endings.push(() => node.stop());
    node.onNews((line) => this.say(line));
    this.say(`pool        ${node.httpUrl}/  (status page), ${node.httpUrl}/healthz`);
    const place = (port: number): string =>
      `stratum+${node.speaksTls ? 'tcp:// or stratum+ssl' : 'tcp'}://<this machine>:${port}`;
    this.say(`miners      ${place(node.stratumPort)}, user: an address, password: anything`);
    if (node.highPort !== null) this.say(`            ${place(node.highPort)}, for large ones`);
    if (this.options.miner && !wasStopped()) {
      const { stratumPort } = node;
      const wishes = { stratumPort, worker: 'localnet', hashrate: MINER_HASHRATE };
      const miner = startTestMiner(wishes, this.deps.logger, timers);
      endings.push(() => miner.stop());
      this.say(`test miner  ${MINER_ADDRESS}.localnet, held to ${MINER_HASHRATE / 1000} kH/s`);
    }
    this.say('Ctrl-C stops everything.');
    this.say('');
    this.lessonAtMs = timers.nowMs() + LESSON_MS;
    const cancelFigures = timers.every(FIGURES_MS, () => {
      const figures = node.figures();
      this.showFigures(figures);
      this.showLesson(figures);
    });
    endings.push(async () => cancelFigures());
  }

  private showFigures(figures: LocalnetFigures): void {
    const rate = figures.hashrate === null ? '–' : `${(figures.hashrate / 1000).toFixed(0)} kH/s`;
    const text =
      `shares ${figures.sharesAccepted} accepted, ${figures.sharesRejected} rejected · ` +
      `blocks ${figures.blocksInChain} in the chain · working on ${figures.height ?? '–'} · ` +
      `${rate} · miners ${figures.miners} · round ${figures.round}`;
    this.lines.show(text);
  }

  /** Once, when the first minute is over and there is a share to check. */
  private showLesson({ newestShare }: LocalnetFigures): void {
    if (newestShare === null || this.deps.timers.nowMs() < this.lessonAtMs) return;
    this.lessonAtMs = Number.POSITIVE_INFINITY;
    this.say('');
    this.say('Nobody has to be believed. Check a share that was just mined, step by step:');
    this.say(`  ${this.deps.verifyCommand(newestShare)}`);
    this.say('');
  }

  private say(line: string): void {
    this.lines.say(line);
  }
}
