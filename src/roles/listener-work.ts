/**
 * The work of a listener: only the newest matters, and its job is in the share log before a miner hears of it. No two works
 * have one coinbase, and one that lasts is renewed, so whoever is notified again has new headers to hash.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { errorMessage, type Logger, type Timers } from '../lib/index.js';
import { poolShape, soloShape } from '../mining/index.js';
import type { ShareShard } from '../shares/index.js';
import { indexHashes, type Listener, type Work } from '../stratum/index.js';
import type { ListenerAssignment, NoWorkMessage, WorkMessage } from './process-messages.js';

/** Before work that could not be stored is tried again. */
const RETRY_MS = 200;
/** Less than any miner waits for its next notify, and more than a template lasts while bitcoind has newer ones. */
const RENEW_MS = 25_500;

export class ListenerWork {
  private waiting: WorkMessage | NoWorkMessage | null = null;
  private applying = false;
  private fault: string | null = null;
  /** Works that were made. */
  private made = 0;
  private cancelRenewal = (): void => {};

  constructor(
    private readonly assignment: Pick<ListenerAssignment, 'mode' | 'tag'>,
    private readonly shard: Pick<ShareShard, 'addJob' | 'hashesOn'>,
    private readonly listener: Pick<Listener, 'setWork' | 'renewWork' | 'setNoWork' | 'knowsTip'>,
    private readonly logger: Logger,
    private readonly timers: Pick<Timers, 'after'>,
  ) {}

  /** In place of what was said before and is not served yet. */
  async apply(message: WorkMessage | NoWorkMessage): Promise<void> {
    this.waiting = message;
    this.stop();
    if (this.applying) return;
    this.applying = true;
    while (this.waiting !== null) {
      const next = this.waiting;
      this.waiting = null;
      if (next.kind === 'no-work') this.listener.setNoWork(next.reason, next.isForGood);
      else await this.serve(next);
    }
    this.applying = false;
  }

  /** Renews it no more. */
  stop(): void {
    this.cancelRenewal();
  }

  private async serve(message: WorkMessage): Promise<void> {
    const { prevHash } = message.template;
    try {
      const [work, seen] = await Promise.all([
        this.make(message),
        this.listener.knowsTip(prevHash) ? undefined : this.shard.hashesOn(prevHash).then(indexHashes),
      ]);
      this.listener.setWork(work, seen);
      this.fault = null;
      if (this.waiting === null) this.renewLater(message);
    } catch (error) {
      const fault = errorMessage(error);
      // Told once, not at each attempt.
      if (fault !== this.fault) {
        this.logger.error({ error: fault }, 'new work could not be stored and is not served');
      }
      this.fault = fault;
      this.listener.setNoWork(fault);
      await sleep(RETRY_MS);
      this.waiting ??= message;
    }
  }

  private async make({ template, txids, binding }: WorkMessage): Promise<Work> {
    const { mode, tag } = this.assignment;
    const work = this.made++;
    const shape =
      mode === 'pool'
        ? poolShape(template, tag, binding.reserveScript, work)
        : soloShape(template, tag, work);
    const job = await this.shard.addJob({ template, shape, binding });
    return { job, template, txids, shape, binding };
  }

  private renewLater(message: WorkMessage): void {
    let isOver = false;
    const renew = async (): Promise<void> => {
      try {
        const work = await this.make(message);
        if (!isOver) this.listener.renewWork(work);
      } catch (error) {
        // What there is goes on, and whoever mines on it is told by its shares where they cannot be stored.
        this.logger.warn({ error: errorMessage(error) }, 'the work could not be renewed');
      }
      if (!isOver) cancel = this.timers.after(RENEW_MS, () => void renew());
    };
    let cancel = this.timers.after(RENEW_MS, () => void renew());
    this.cancelRenewal = () => {
      isOver = true;
      cancel();
    };
  }
}
