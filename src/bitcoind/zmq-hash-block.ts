/**
 * bitcoind's `-zmqpubhashblock`: the fastest word of a new tip, with no promise of delivery. ZeroMQ reconnects by
 * itself and says nothing of it, so this is a hint beside long-poll and polling, never the only source.
 * A message is: "hashblock", the hash in display order (32 bytes), a sequence number u32 LE.
 */
import { Subscriber } from 'zeromq';
import { errorMessage, type Logger, toHex } from '../lib/index.js';

export class ZmqHashBlock {
  private readonly subscriber = new Subscriber({ linger: 0, receiveHighWaterMark: 64 });
  private readonly ended: Promise<void>;

  /** `onBlock` gets the hash in display hex. */
  constructor(
    private readonly address: string,
    private readonly onBlock: (hash: string) => void,
    private readonly logger: Logger,
  ) {
    this.subscriber.connect(address);
    this.subscriber.subscribe('hashblock');
    this.ended = this.read();
  }

  async close(): Promise<void> {
    this.subscriber.close();
    await this.ended;
  }

  private async read(): Promise<void> {
    try {
      for await (const [, hash] of this.subscriber) {
        if (hash?.length === 32) this.onBlock(toHex(hash));
      }
    } catch (error) {
      if (this.subscriber.closed) return;
      this.logger.warn(
        { zmq: this.address, error: errorMessage(error) },
        'ZMQ ended; new blocks are still seen by long-poll and polling',
      );
    }
  }
}
