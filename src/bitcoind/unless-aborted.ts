/** Waiting that can be given up, for work that itself cannot be: it goes on unheard until it ends by itself. */
import { RpcError } from './rpc-error.js';

/** Rejects with RPC_ABORTED once `signal` is. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(new RpcError('RPC_ABORTED', 'given up'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
