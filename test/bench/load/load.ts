/** The load as the bench sees it: several processes that do the same at once, and their reports taken together. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoadOrder, LoadReport, OpenOrder } from './load-orders.js';
import { MOST_WITHOUT_WORK } from './ramp.js';
import { addressesFor } from './source-addresses.js';

const PROGRAM = fileURLToPath(new URL('./load-process.js', import.meta.url));
const ORDER_PATIENCE_MS = 120_000;
/** A ramp takes as long as the pool does; each miner in it has a patience of its own. */
const OPEN_PATIENCE_MS = 300_000;

class LoadProcess {
  private constructor(private readonly child: ChildProcess) {}

  static async start(): Promise<LoadProcess> {
    const child = fork(PROGRAM, [], { serialization: 'advanced' });
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`a load process ended at start with ${code}`)));
    });
    return new LoadProcess(child);
  }

  order(order: LoadOrder): Promise<LoadReport> {
    return new Promise((resolve, reject) => {
      const settle = (report: LoadReport | { failure: string } | Error): void => {
        clearTimeout(late);
        this.child.off('message', settle).off('exit', onExit);
        if (report instanceof Error) reject(report);
        else if ('failure' in report) reject(new Error(`load: ${report.failure}`));
        else resolve(report);
      };
      const onExit = (code: number | null): void => settle(new Error(`a load process ended with ${code}`));
      const late = setTimeout(
        () => settle(new Error(`a load process did not finish "${order.kind}"`)),
        order.kind === 'open' ? OPEN_PATIENCE_MS : ORDER_PATIENCE_MS,
      );
      this.child.on('message', settle).on('exit', onExit);
      this.child.send(order);
    });
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

export interface LoadResult extends Omit<LoadReport, 'durations' | 'hashes' | 'unanswered'> {
  /** Sorted. */
  readonly durations: Float64Array;
  /** From the first order to the last report. */
  readonly tookMs: number;
}

export class Load {
  private constructor(private readonly processes: readonly LoadProcess[]) {}

  static async start(processes: number): Promise<Load> {
    return new Load(await Promise.all(Array.from({ length: processes }, () => LoadProcess.start())));
  }

  /** `connections`, `perSecond` and `firstRig` are of all processes together. `perAddress`: connections of one source. */
  open({
    perAddress,
    ...order
  }: Omit<OpenOrder, 'kind' | 'firstSource' | 'sources' | 'mostWithoutWork'> & {
    readonly perAddress: number;
  }): Promise<LoadResult> {
    const { length } = this.processes;
    const connections = Math.ceil(order.connections / length);
    const sources = addressesFor(connections, perAddress);
    return this.all((index) => ({
      ...order,
      kind: 'open',
      connections,
      perSecond: order.perSecond / length,
      mostWithoutWork: Math.floor(MOST_WITHOUT_WORK / length),
      firstRig: order.firstRig + index * connections,
      firstSource: index * sources,
      sources,
    }));
  }

  prepare(each: number): Promise<LoadResult> {
    return this.all(() => ({ kind: 'prepare', each }));
  }

  pace(perSecond: number, lastingMs: number): Promise<LoadResult> {
    return this.all(() => ({ kind: 'pace', perSecond: perSecond / this.processes.length, lastingMs }));
  }

  saturate(window: number, lastingMs: number): Promise<LoadResult> {
    return this.all(() => ({ kind: 'saturate', window, lastingMs }));
  }

  /** At that pace, or with `window` on their way on each connection, until the pool is gone. */
  untilGone(perSecond: number, window: number): Promise<LoadResult> {
    return this.all(() => ({ kind: 'until-gone', perSecond: perSecond / this.processes.length, window }));
  }

  awaitTip(): Promise<LoadResult> {
    return this.all(() => ({ kind: 'await-tip' }));
  }

  reconnect(): Promise<LoadResult> {
    return this.all(() => ({ kind: 'reconnect' }));
  }

  /** The hashes of all shares answered `true` since it was last asked: 32 bytes each, a piece a process. */
  async acknowledged(): Promise<readonly Uint8Array[]> {
    return (await this.answers()).acknowledged;
  }

  /** Also the hashes of what a pool that is gone was sent and never answered. */
  async answers(): Promise<{
    readonly acknowledged: readonly Uint8Array[];
    readonly unanswered: readonly Uint8Array[];
  }> {
    const reports = await Promise.all(this.processes.map((each) => each.order({ kind: 'acknowledged' })));
    return {
      acknowledged: reports.map(({ hashes }) => hashes),
      unanswered: reports.map(({ unanswered }) => unanswered),
    };
  }

  async stop(): Promise<void> {
    await this.all(() => ({ kind: 'close' })).catch(() => this.processes.forEach((each) => void each.kill()));
  }

  private async all(orderOf: (index: number) => LoadOrder): Promise<LoadResult> {
    const startMs = performance.now();
    const reports = await Promise.all(this.processes.map((process, index) => process.order(orderOf(index))));
    const tookMs = performance.now() - startMs;
    const sum = (of: (report: LoadReport) => number): number =>
      reports.reduce((all, report) => all + of(report), 0);
    const durations = new Float64Array(sum((report) => report.durations.length));
    let at = 0;
    for (const report of reports) {
      durations.set(report.durations, at);
      at += report.durations.length;
    }
    return {
      accepted: sum(({ accepted }) => accepted),
      refused: sum(({ refused }) => refused),
      refusals: reports.flatMap(({ refusals }) => refusals),
      durations: durations.sort(),
      connections: sum(({ connections }) => connections),
      lost: sum(({ lost }) => lost),
      firstMs: Math.min(...reports.map(({ firstMs }) => firstMs)),
      lastMs: Math.max(...reports.map(({ lastMs }) => lastMs)),
      busy: Math.max(...reports.map(({ busy }) => busy)),
      tookMs,
    };
  }
}
