/**
 * A miner's connection to the pool under test of which both ends can be seen, so that nothing has to wait for a length
 * of time: a line has not come when every byte sent by either side has been read by the other and the event loop has
 * gone round a few times since.
 */
import type { Socket } from 'node:net';
import type { PoolUnderTest } from '../integration/stratum/pool-under-test.js';
import type { WireMiner } from '../integration/stratum/wire-miner.js';

/** How often the event loop goes round before silence is silence: a stranger's lines take turns of four. */
const CALM_TURNS = 12;
const STUCK_TURNS = 20_000;

export class WatchedWire {
  private taken = 0;

  private constructor(
    readonly miner: WireMiner,
    private readonly poolSide: Socket,
  ) {}

  static async open(pool: PoolUnderTest): Promise<WatchedWire> {
    const accepted = new Promise<Socket>((resolve) => pool.server.once('connection', resolve));
    const miner = await pool.miner();
    return new WatchedWire(miner, await accepted);
  }

  /** Each is alone on its way: the next one is sent when the pool has read it. */
  async write(segments: Iterable<string | Buffer>): Promise<void> {
    for (const segment of segments) {
      this.miner.socket.write(segment);
      await this.inStep();
    }
  }

  /** The lines that came since it was last asked, once no more will come by themselves. */
  async listen(): Promise<readonly string[]> {
    const { texts } = this.miner;
    for (let calm = 0, known = -1; calm < CALM_TURNS; calm++) {
      await this.inStep();
      await turn();
      if (texts.length !== known) calm = 0;
      known = texts.length;
    }
    const news = texts.slice(this.taken);
    this.taken = texts.length;
    return news;
  }

  private async inStep(): Promise<void> {
    const { miner, poolSide } = this;
    const { socket } = miner;
    for (let turns = 0; !miner.closed; turns++) {
      const isRead = poolSide.bytesRead === socket.bytesWritten && socket.bytesRead === poolSide.bytesWritten;
      if (isRead && !poolSide.destroyed) return;
      if (turns > STUCK_TURNS) throw new Error('the pool does not read what the miner sent');
      await turn();
    }
  }
}

export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
