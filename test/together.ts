/**
 * Cases that mostly wait, for a disk, a time limit or another process: all are started with the first, and each is told as a
 * test of its own. The first is told when all have ended, so what they start ends with it.
 */
import { it } from '@jest/globals';

/** By name. `timeoutMs`: for all of them together. */
export function together(cases: Readonly<Record<string, () => Promise<void>>>, timeoutMs?: number): void {
  let ends: Promise<PromiseSettledResult<void>[]> | undefined;
  for (const [n, name] of Object.keys(cases).entries()) {
    const told = async (): Promise<void> => {
      ends ??= Promise.allSettled(Object.values(cases).map((run) => run()));
      const end = (await ends)[n]!;
      if (end.status === 'rejected') throw end.reason;
    };
    it(name, told, timeoutMs);
  }
}

/** The same case for each of `values`, which stand in its name as `%s`. */
export function togetherFor<Value>(
  values: readonly Value[],
  name: string,
  run: (value: Value) => Promise<void>,
  timeoutMs?: number,
): void {
  const cases = values.map((value) => [name.replace('%s', () => String(value)), () => run(value)] as const);
  together(Object.fromEntries(cases), timeoutMs);
}
