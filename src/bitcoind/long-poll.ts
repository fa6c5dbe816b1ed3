/**
 * BIP22 long-polling on one node: a `getblocktemplate` that bitcoind answers when its tip changes, or, after a
 * minute, when its mempool is another than that of the id. It runs until stopped, over its own socket.
 *
 * bitcoind notices nothing of a client that has gone: one of its RPC threads, of which it has 4 or 16, waits on until it has
 * something to answer. So we ask with the tip of its id and a mempool that there never was: then no question is longer than
 * a minute, whether anybody still waits for it or not (bitcoind reads ids as 64 hex digits of the tip and a count of
 * mempool changes, `src/rpc/mining.cpp`). And a node that has only just started does not ask, so that one which starts
 * again and again leaves nothing behind: ZMQ and polling have the tip meanwhile.
 */
import { errorCode, type Timers } from '../lib/index.js';
import type { RawTemplate } from '../mining/index.js';
import type { BitcoindNode } from './bitcoind-node.js';

/** bitcoind may hold the answer for as long as nothing happens; a socket silently lost is found by this. */
const TIMEOUT_MS = 180_000;
const RETRY_MS = 1_000;
const BITCOIND_ID = /^([0-9a-f]{64})\d+$/;
/** The highest of bitcoind's counts, which are 32 bits. */
const NO_MEMPOOL = 0xffff_ffff;

function answeredWithinAMinute(longPollId: string): string {
  return longPollId.replace(BITCOIND_ID, `$1${NO_MEMPOOL}`);
}

export class LongPoll {
  private readonly stopping = new AbortController();
  private readonly ended: Promise<void>;

  constructor(
    private readonly node: BitcoindNode,
    longPollId: string,
    /** When the first question is asked; by `timers`. */
    atMs: number,
    private readonly onTemplate: (raw: RawTemplate) => void,
    private readonly onFailure: (error: unknown) => void,
    private readonly timers: Timers,
  ) {
    this.ended = this.run(longPollId, atMs);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.ended;
  }

  private async run(first: string, atMs: number): Promise<void> {
    const { signal } = this.stopping;
    let longPollId = answeredWithinAMinute(first);
    const aheadMs = atMs - this.timers.nowMs();
    if (aheadMs > 0) await this.pause(aheadMs, signal);
    while (!signal.aborted) {
      try {
        const raw = await this.node.getBlockTemplate({ longPollId, timeoutMs: TIMEOUT_MS, signal });
        longPollId = answeredWithinAMinute(raw.longpollid ?? longPollId);
        if (!signal.aborted) this.onTemplate(raw);
      } catch (error) {
        if (signal.aborted || errorCode(error) === 'RPC_ABORTED') return;
        if (errorCode(error) === 'RPC_TIMEOUT') continue;
        this.onFailure(error);
        await this.pause(RETRY_MS, signal);
      }
    }
  }

  private pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.timers.after(ms, done);
      signal.addEventListener('abort', done);
    });
  }
}
