/**
 * Makes a failing input small, so that a person sees what fails: leaves out steps, then cuts, then parts of what is
 * said, in ever smaller pieces, and keeps each change after which it still fails.
 */
import type { Input, Step } from './input.js';

/** `fails`: whether an input fails as the first one did. The best so far when `budgetMs` of real time is spent. */
export async function minimised(
  input: Input,
  fails: (candidate: Input) => Promise<boolean>,
  budgetMs: number,
): Promise<Input> {
  const untilMs = performance.now() + budgetMs;
  let best = input;
  for (let changed = true; changed; ) {
    changed = false;
    for (const candidate of candidates(() => best)) {
      if (performance.now() > untilMs) return best;
      if (!(await fails(candidate))) continue;
      best = candidate;
      changed = true;
    }
  }
  return best;
}

/** Smaller inputs, each made of the best there is when it is asked for. */
function* candidates(best: () => Input): Generator<Input> {
  const plain = { proxied: false, tls: false };
  if (best().door.proxied || best().door.tls) yield { ...best(), door: plain };
  for (const steps of shorter(() => best().steps)) yield { ...best(), steps };
  for (let i = 0; i < best().steps.length; i++) {
    const at = (): Step | undefined => best().steps[i];
    const put = (step: Step): Input => ({ ...best(), steps: best().steps.with(i, step) });
    const step = at();
    if (step === undefined || !('say' in step)) continue;
    if (step.cuts !== undefined) yield put({ say: step.say });
    const text = (): string => (at() as { say: string }).say;
    for (const characters of shorter(() => Array.from(text()))) {
      yield put({ ...(at() as { say: string }), say: characters.join('') });
    }
  }
}

/** Without a half of it, then without quarters of what is left, and so on. */
function* shorter<T>(list: () => readonly T[]): Generator<T[]> {
  for (let size = Math.ceil(list().length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < list().length; ) {
      const before = list();
      yield [...before.slice(0, at), ...before.slice(at + size)];
      // What was left out for good makes room for what stood behind it.
      if (list().length === before.length) at += size;
    }
  }
}
