/** The targets there are, and one verdict of one of them, whatever goes wrong and wherever. */
import { BytesTarget } from './bytes-target.js';
import { DialogueTarget } from './dialogue-target.js';
import { Finding, findingOf } from './finding.js';
import type { Input } from './input.js';
import { ListenerTarget } from './listener-target.js';
import type { Target } from './target.js';

export type TargetName = Target['name'];

export const TARGETS: readonly TargetName[] = ['bytes', 'dialogue', 'listener'];

/** Of real time. An input takes one to five milliseconds; what takes this long would stop every other miner. */
const MOST_MS = 3_000;

export function newTarget(name: TargetName): Target {
  switch (name) {
    case 'bytes':
      return new BytesTarget();
    case 'dialogue':
      return new DialogueTarget();
    case 'listener':
      return new ListenerTarget();
  }
}

/** Errors that nobody caught, which in a pool would be its end. */
const strays: unknown[] = [];

export function watchStrays(): void {
  process.on('uncaughtException', (error) => strays.push(error));
  process.on('unhandledRejection', (error) => strays.push(error));
}

/** Null where everything holds. */
export async function verdict(target: Target, input: Input): Promise<Finding | null> {
  const startMs = performance.now();
  try {
    await target.judge(input);
    // Until then nobody knows of a promise that nobody caught.
    await new Promise((resolve) => setImmediate(resolve));
  } catch (error) {
    strays.length = 0;
    return findingOf(error);
  }
  const tookMs = performance.now() - startMs;
  const [stray] = strays.splice(0);
  if (stray !== undefined) return findingOf(stray);
  return tookMs > MOST_MS ? new Finding('hang', `it took ${Math.round(tookMs)} ms`) : null;
}

/** The verdict of a target that has seen nothing else. */
export async function freshVerdict(name: TargetName, input: Input): Promise<Finding | null> {
  const target = newTarget(name);
  const found = await verdict(target, input);
  try {
    await target.close();
    return found;
  } catch (error) {
    return found ?? findingOf(error);
  }
}
