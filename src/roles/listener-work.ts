/** The work of a listener: only the newest matters, and its job is in the share log before a miner hears of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { errorMessage, type Logger } from '../lib/index.js';
import { poolShape, soloShape } from '../mining/index.js';
import type { ShareShard } from '../shares/index.js';
import { indexHashes, type Listener } from '../stratum/index.js';
import type { ListenerAssignment, NoWorkMessage, WorkMessage } from './process-messages.js';

/** Before work that could not be stored is tried again. */
const RETRY_MS = 200;

export class ListenerWork {
  private waiting: WorkMessage | NoWorkMessage | null = null;
  private applying = false;
  private fault: string | null = null;

  constructor(
    private readonly assignment: Pick<ListenerAssignment, 'mode' | 'tag'>,
    private readonly shard: Pick<ShareShard, 'addJob' | 'hashesOn'>,
    private readonly listener: Pick<Listener, 'setWork' | 'setNoWork' | 'knowsTip'>,
    private readonly logger: Logger,
  ) {}

  /** In place of what was said before and is not served yet. */
  async apply(message: WorkMessage | NoWorkMessage): Promise<void> {
    this.waiting = message;
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

  private async serve({ template, txids, binding }: WorkMessage): Promise<void> {
    const { mode, tag } = this.assignment;
    const shape =
      mode === 'pool' ? poolShape(template, tag, binding.reserveScript) : soloShape(template, tag);
    try {
      const { prevHash } = template;
      const [job, seen] = await Promise.all([
        this.shard.addJob({ template, shape, binding }),
        this.listener.knowsTip(prevHash) ? undefined : this.shard.hashesOn(prevHash).then(indexHashes),
      ]);
      this.listener.setWork({ job, template, txids, shape, binding }, seen);
      this.fault = null;
    } catch (error) {
      const fault = errorMessage(error);
      // Told once, not at each attempt.
      if (fault !== this.fault) {
        this.logger.error({ error: fault }, 'new work could not be stored and is not served');
      }
      this.fault = fault;
      this.listener.setNoWork(fault);
      await sleep(RETRY_MS);
      this.waiting ??= { kind: 'work', template, txids, binding };
    }
  }
}
