/**
 * Draws inputs from a seed and gives them to every target, the listener each fifth, until the time or the number of runs
 * is over or something is found. The first inputs are the corpus; between the others it looks whether the heap grows.
 */
import fc from 'fast-check';
import { Finding, findingOf } from './finding.js';
import { heapGrowth } from './heap-growth.js';
import { type Input, readCorpus } from './input.js';
import { inputs } from './inputs.js';
import type { Target } from './target.js';
import { newTarget, TARGETS, type TargetName, verdict } from './targets.js';
import type { Watchdog } from './watchdog.js';

const BATCH = 200;
/** Sockets cost five times what everything else does. */
const EACH_LISTENED = 5;
/** Batches between two looks at the heap, and inputs that it is looked at with. */
const HEAP_EACH = 20;
const HEAP_INPUTS = 40;
/** Turns of the event loop until what was closed is gone. */
const RESOURCE_TURNS = 200;

export interface HuntOptions {
  readonly seed: number;
  /** How many inputs are drawn at most. */
  readonly runs: number;
  readonly seconds: number;
  /** Called after each batch. */
  readonly progress: (line: string) => void;
}

export interface Catch {
  readonly finding: Finding;
  readonly target: TargetName;
  /** Null where it took many. */
  readonly input: Input | null;
  /** How many were drawn until then. */
  readonly runs: number;
}

export class Hunt {
  private readonly startMs = performance.now();
  private readonly targets = new Map<TargetName, Target>();
  private readonly resources = activeResources();
  private runs = 0;
  private judged = 0;

  constructor(
    private readonly options: HuntOptions,
    private readonly watchdog: Watchdog,
  ) {}

  /** Null where everything held. */
  async run(): Promise<Catch | null> {
    for (const name of TARGETS) this.targets.set(name, newTarget(name));
    const found = (await this.hunt()) ?? (await this.close());
    this.watchdog.rest();
    return found;
  }

  private async hunt(): Promise<Catch | null> {
    for (const { door, steps } of readCorpus().values()) {
      const found = await this.judge({ door, steps }, TARGETS);
      if (found !== null) return found;
    }
    const { seed, runs, seconds } = this.options;
    for (let batch = 0; this.runs < runs && this.seconds < seconds; batch++) {
      const drawn = fc.sample(inputs, {
        seed: seedOf(seed, batch),
        numRuns: Math.min(BATCH, runs - this.runs),
      });
      for (const input of drawn) {
        const isListened = this.runs++ % EACH_LISTENED === 0;
        const found = await this.judge(input, isListened ? TARGETS : ['bytes', 'dialogue']);
        if (found !== null) return found;
        if (this.seconds > seconds) break;
      }
      const heap = batch % HEAP_EACH === 0 ? await this.lookAtHeap(drawn.slice(0, HEAP_INPUTS)) : '';
      if (typeof heap !== 'string') return heap;
      this.tell(heap);
    }
    return null;
  }

  private async judge(input: Input, names: readonly TargetName[]): Promise<Catch | null> {
    for (const name of names) {
      this.watchdog.begin({ target: name, input });
      this.judged++;
      const finding = await verdict(this.targets.get(name)!, input);
      if (finding !== null) return { finding, target: name, input, runs: this.runs };
    }
    return null;
  }

  /** What is to be told of it. */
  private async lookAtHeap(drawn: readonly Input[]): Promise<Catch | string> {
    this.watchdog.rest();
    let text = '';
    for (const name of ['dialogue', 'listener'] as const) {
      try {
        const bytes = await heapGrowth(this.targets.get(name)!, drawn);
        text += `, ${Math.round(bytes)} bytes a session in the ${name}`;
      } catch (error) {
        return { finding: findingOf(error), target: name, input: null, runs: this.runs };
      }
    }
    return text;
  }

  private async close(): Promise<Catch | null> {
    for (const [name, target] of this.targets) {
      try {
        await target.close();
      } catch (error) {
        return { finding: findingOf(error), target: name, input: null, runs: this.runs };
      }
    }
    return this.lookForResources();
  }

  /** What Node waits for: sockets, servers, timers of the process itself, callbacks. */
  private async lookForResources(): Promise<Catch | null> {
    let left: string[] = [];
    for (let turn = 0; turn < RESOURCE_TURNS; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      left = activeResources();
      for (const name of this.resources) {
        const at = left.indexOf(name);
        if (at >= 0) left.splice(at, 1);
      }
      if (left.length === 0) return null;
    }
    const finding = new Finding('leak', `still active after all is closed: ${left.join(', ')}`);
    return { finding, target: 'listener', input: null, runs: this.runs };
  }

  private get seconds(): number {
    return (performance.now() - this.startMs) / 1_000;
  }

  private tell(heap: string): void {
    const { runs, judged, seconds } = this;
    this.options.progress(`${seconds.toFixed(0)} s: ${runs} inputs, ${judged} verdicts${heap}`);
  }
}

/** But for standard output and error, which come when they are first written to. */
function activeResources(): string[] {
  return process.getActiveResourcesInfo().filter((name) => !/^(TTY|Pipe|FS)/.test(name));
}

/** Neighbouring seeds have nothing in common. */
function seedOf(seed: number, batch: number): number {
  return seed ^ Math.imul(batch, 0x9e3779b1);
}
