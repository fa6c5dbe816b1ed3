/**
 * Looks each minute, and when a round begins, at what keeps this node from its work, and tells the operator on the
 * desktop: what it is and what to do, once for each, and once when all is well again. What passes by
 * itself within a minute is not told. A container may take ten minutes to come, when its image has to be fetched.
 */
import { errorMessage, type Timers } from '../../../../src/lib/index.js';
import type { KoiiNode } from '../koii/koii-node.js';
import type { Container } from '../pool/container.js';
import { sleep } from '../system-timers.js';
import type { Attention } from './operator-variables.js';
import { type Readiness, readReadiness } from './readiness.js';

export interface WatchDeps {
  readonly node: Pick<KoiiNode, 'notify'>;
  readonly container: Pick<Container, 'health'>;
  readonly timers: Timers;
  /** Known without asking: of the operator's variables, of the relay. */
  readonly standing: () => readonly Attention[];
  /** What the operator chose not to have: shown, and not told. With it the container lacks its bitcoind. */
  readonly chosen: Attention | null;
}

type Seen = Attention & {
  /** Which of them it is, whatever figures are in its words. */
  readonly name: string;
  /** So long it may pass by itself, and is told by a second look then. */
  readonly settlesMs: number;
};

const LOOK_MS = 60_000;
/** Of the last look, for who asks. */
const FRESH_MS = 5_000;
const REFRESH_MS = 2_000;
const START_MS = 600_000;
/** By component, else a minute. A pod that starts has not asked its bitcoind yet; what that lacks lasts longer. */
const SETTLES_MS: Readonly<Record<string, number>> = { bitcoind: 10_000 };

export class OperatorWatch {
  /** Of the last look; null before the first, and while there is none. */
  readiness: Readiness | null = null;
  /** Of the container, as the last look found it. */
  private found: readonly (Seen & { readonly sinceMs: number })[] = [];
  private readonly told = new Set<string>();
  private readonly startedMs: number;
  private lookedMs = Number.NEGATIVE_INFINITY;
  private hasAnswered = false;
  private looking: Promise<void> | null = null;

  constructor(private readonly deps: WatchDeps) {
    this.startedMs = deps.timers.nowMs();
  }

  /** Returns what ends it. */
  start(): () => void {
    const cancel = this.deps.timers.every(LOOK_MS, () => void this.look());
    void this.look();
    return cancel;
  }

  /** What does not work at present, and what to do about it. */
  get attention(): readonly Attention[] {
    const { chosen, standing } = this.deps;
    const found = this.found.map(({ what, whatToDo }) => ({ what, whatToDo }));
    return [...(chosen === null ? [] : [chosen]), ...standing(), ...found];
  }

  /** For whoever reads `attention` now: looks again unless it is new, and waits for that a moment. */
  async refresh(): Promise<void> {
    const { timers } = this.deps;
    if (timers.nowMs() - this.lookedMs < FRESH_MS) return;
    await Promise.race([this.look(), sleep(timers, REFRESH_MS)]);
  }

  /** Never rejects. */
  look(): Promise<void> {
    this.lookedMs = this.deps.timers.nowMs();
    this.looking ??= this.lookOnce().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  /** What is known without asking the container, which may take its time to say nothing. Never rejects. */
  async tellStanding(): Promise<void> {
    for (const { what, whatToDo } of this.deps.standing()) await this.tell(what, what, whatToDo);
  }

  private async lookOnce(): Promise<void> {
    const { timers, standing } = this.deps;
    const nowMs = timers.nowMs();
    await this.tellStanding();
    const sinceMs = new Map(this.found.map(({ name, sinceMs }) => [name, sinceMs]));
    const found = await this.asked();
    this.found = found.map((each) => ({ ...each, sinceMs: sinceMs.get(each.name) ?? nowMs }));
    for (const { name, what, whatToDo, settlesMs, sinceMs: firstMs } of this.found) {
      const isLasting = sinceMs.has(name) && nowMs - firstMs >= settlesMs;
      if (isLasting) await this.tell(name, what, whatToDo);
    }
    if (this.told.size === 0 || this.found.length > 0 || standing().length > 0) return;
    this.told.clear();
    await this.deps.node.notify('log', 'Bitcoin pool: all is well again', 'Nothing.');
  }

  /** Once. */
  private async tell(name: string, what: string, whatToDo: string): Promise<void> {
    if (this.told.has(name)) return;
    this.told.add(name);
    await this.deps.node.notify('warn', `Bitcoin pool: ${what}`, whatToDo);
  }

  private async asked(): Promise<readonly Seen[]> {
    const { container, timers, chosen } = this.deps;
    try {
      this.readiness = readReadiness(await container.health());
      this.hasAnswered = true;
      return this.readiness.reasons
        .filter(({ component }) => chosen === null || component !== 'bitcoind')
        .map(({ component, what, whatToDo }) => ({
          ...{ name: component, whatToDo, settlesMs: SETTLES_MS[component] ?? LOOK_MS },
          what: `${component}: ${what}`,
        }));
    } catch (error) {
      this.readiness = null;
      const isStarting = !this.hasAnswered && timers.nowMs() - this.startedMs < START_MS;
      const why = errorMessage(error);
      return [
        {
          name: isStarting ? 'starting' : 'container',
          settlesMs: isStarting ? START_MS : LOOK_MS,
          what: isStarting
            ? `the container is still starting: ${why}`
            : `the container does not answer: ${why}`,
          whatToDo: isStarting
            ? 'Wait: the first start fetches its image.'
            : "See that the Koii node's Orca add-on is installed and podman runs, that 1 GB of memory and 5 GB of disk are free, and start the task again.",
        },
      ];
    }
  }
}
