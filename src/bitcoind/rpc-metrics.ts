/** How long bitcoind takes to answer, in this room's own words. Long-polls wait on purpose and are left out. */
import { errorCode } from '../lib/index.js';

export interface RpcMetrics {
  /** `outcome`: ok, or the error's code. */
  rpcAnswered(method: string, outcome: string, durationMs: number): void;
}

/** Runs `call` and tells `metrics` how it went. */
export async function timed<T>(
  metrics: RpcMetrics | null,
  method: string,
  call: () => Promise<T>,
): Promise<T> {
  const startedMs = performance.now();
  try {
    const result = await call();
    metrics?.rpcAnswered(method, 'ok', performance.now() - startedMs);
    return result;
  } catch (error) {
    metrics?.rpcAnswered(method, String(errorCode(error) ?? 'UNKNOWN'), performance.now() - startedMs);
    throw error;
  }
}
