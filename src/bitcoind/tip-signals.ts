/** The word of a new tip from outside our own questions: ZMQ of every node, and the active node's long-poll. */
import type { Logger, Timers } from '../lib/index.js';
import type { RawTemplate } from '../mining/index.js';
import type { BitcoindNode } from './bitcoind-node.js';
import { LongPoll } from './long-poll.js';
import { ZmqHashBlock } from './zmq-hash-block.js';

export interface TipListener {
  /** `hash` in display hex. */
  onZmq(node: BitcoindNode, hash: string): void;
  onLongPoll(node: BitcoindNode, raw: RawTemplate): void;
  onLongPollFailure(node: BitcoindNode): void;
}

export class TipSignals {
  private zmq: readonly ZmqHashBlock[] = [];
  private longPoll: LongPoll | null = null;
  private longPollAtMs = 0;

  constructor(
    private readonly listener: TipListener,
    /** From `start` on. */
    private readonly longPollAfterMs: number,
    private readonly logger: Logger,
    private readonly timers: Timers,
  ) {}

  start(nodes: readonly BitcoindNode[]): void {
    this.longPollAtMs = this.timers.nowMs() + this.longPollAfterMs;
    this.zmq = nodes.flatMap((node) => {
      const address = node.endpoint.zmqHashBlock;
      return address === null
        ? []
        : [new ZmqHashBlock(address, (hash) => this.listener.onZmq(node, hash), this.logger)];
    });
  }

  /** Nothing happens while a long-poll is under way already. */
  follow(node: BitcoindNode, longPollId: string): void {
    this.longPoll ??= new LongPoll(
      node,
      longPollId,
      this.longPollAtMs,
      (raw) => this.listener.onLongPoll(node, raw),
      () => this.listener.onLongPollFailure(node),
      this.timers,
    );
  }

  async endLongPoll(): Promise<void> {
    const ending = this.longPoll;
    this.longPoll = null;
    await ending?.stop();
  }

  async stop(): Promise<void> {
    await Promise.all([this.longPoll?.stop(), ...this.zmq.map((zmq) => zmq.close())]);
  }
}
