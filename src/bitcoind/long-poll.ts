/**
 * BIP22 long-polling on one node: a `getblocktemplate` that bitcoind answers when its tip changes, or, after a
 * minute, when its mempool has. It runs until stopped, over its own socket.
 */
import { errorCode, type Timers } from '../lib/index.js';
import type { RawTemplate } from '../mining/index.js';
import type { BitcoindNode } from './bitcoind-node.js';

/** bitcoind may hold the answer for as long as nothing happens; a socket silently lost is found by this. */
const TIMEOUT_MS = 180_000;
const RETRY_MS = 1_000;

export class LongPoll {
  private readonly stopping = new AbortController();
  private readonly ended: Promise<void>;

  constructor(
    private readonly node: BitcoindNode,
    longPollId: string,
    private readonly onTemplate: (raw: RawTemplate) => void,
    private readonly onFailure: (error: unknown) => void,
    private readonly timers: Timers,
  ) {
    this.ended = this.run(longPollId);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.ended;
  }

  private async run(first: string): Promise<void> {
    const { signal } = this.stopping;
    let longPollId = first;
    while (!signal.aborted) {
      try {
        const raw = await this.node.getBlockTemplate({ longPollId, timeoutMs: TIMEOUT_MS, signal });
        longPollId = raw.longpollid ?? longPollId;
        if (!signal.aborted) this.onTemplate(raw);
      } catch (error) {
        if (signal.aborted || errorCode(error) === 'RPC_ABORTED') return;
        if (errorCode(error) === 'RPC_TIMEOUT') continue;
        this.onFailure(error);
        await this.pause(signal);
      }
    }
  }

  private pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.timers.after(RETRY_MS, done);
      signal.addEventListener('abort', done);
    });
  }
}
