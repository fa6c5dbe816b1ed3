import type { Timers } from '../lib/index.js';

/** Whether `work` ended within `ms`; what it ends with later is nobody's any more. Throws what it throws until then. */
export async function within(timers: Timers, ms: number, work: Promise<unknown>): Promise<boolean> {
  let cancel = (): void => {};
  const late = new Promise<false>((resolve) => {
    cancel = timers.after(Math.max(0, ms), () => resolve(false));
  });
  try {
    return await Promise.race([work.then(() => true as const), late]);
  } finally {
    cancel();
  }
}
