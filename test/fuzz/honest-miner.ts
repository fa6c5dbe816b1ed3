/** The miner that nothing may happen to. Its difficulty is fixed by its password, so that a share costs four hashes. */
import { WireMiner } from '../integration/stratum/wire-miner.js';
import { check } from './finding.js';
import { LEAST_DIFFICULTY } from './fuzz-rules.js';

const FROM = '127.0.0.9';
const PATIENCE_MS = 10_000;

export class HonestMiner {
  private shares = 0;

  private constructor(
    private readonly wire: WireMiner,
    private readonly user: string,
  ) {}

  static async login(port: number, address: string): Promise<HonestMiner> {
    const wire = await WireMiner.connect(port, FROM);
    const user = `${address}.honest`;
    await wire.call('mining.subscribe', ['honest/1']);
    await wire.call('mining.authorize', [user, `d=${LEAST_DIFFICULTY}`]);
    await wire.next('mining.notify');
    return new HonestMiner(wire, user);
  }

  /** A share of the job it was sent last is accepted. */
  async mine(): Promise<void> {
    const { wire, user } = this;
    await this.inTime(wire.call('mining.ping', []));
    const notify = wire.lines.findLast(({ method }) => method === 'mining.notify')!;
    const extranonce2 = (++this.shares).toString(16).padStart(16, '0');
    const share = wire.grind(notify, { extranonce2, difficulty: LEAST_DIFFICULTY });
    const { result, error } = await this.inTime(wire.submit(user, share));
    check(result === true, 'honest', `the honest miner's share was refused: ${JSON.stringify(error)}`);
    // What it has heard is not kept, or the heap would grow with it.
    wire.texts.length = 0;
    const subscription = wire.lines.find((line) => Array.isArray(line.result))!;
    wire.lines.splice(0, wire.lines.length, subscription);
  }

  close(): void {
    this.wire.end();
  }

  private async inTime<T>(answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), PATIENCE_MS);
    });
    try {
      const said = await Promise.race([answer, late]);
      check(said !== null && !this.wire.closed, 'honest', 'the honest miner is not answered');
      return said;
    } finally {
      clearTimeout(timer);
    }
  }
}
