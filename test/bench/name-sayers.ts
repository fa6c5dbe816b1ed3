/**
 * Clients that have each proved work by one cheap share, and then say their own name over and over, as fast as they are
 * answered, in lines as long as a share that take longer to read: none of that is against a rule.
 */
import { ShareStream } from './share-stream.js';

const TOGETHER = 50;
/** On their way at a time, of each. */
const NAMES = 50;
const EACH_MS = 2;
/** With it a login has about as many bytes as are free of charge. */
const REST_BYTES = 160;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Keys that no line before it had. */
function unusualKeys(line: number): string {
  let text = '';
  for (let key = 0; text.length < REST_BYTES; key++) text += `,"${(1_000 * line + key).toString(36)}":[]`;
  return text;
}

const RESTS = Array.from({ length: NAMES }, (_, line) => unusualKeys(line));

interface NameSayer {
  readonly miner: ShareStream;
  readonly names: readonly string[];
  said: number;
}

export class NameSayers {
  private going = true;

  private constructor(private readonly sayers: readonly NameSayer[]) {}

  /** Resolves when all of them have proved work. */
  static async open(port: number, address: string, clients: number): Promise<NameSayers> {
    const sayers: NameSayer[] = [];
    while (sayers.length < clients) {
      const some = Array.from({ length: Math.min(TOGETHER, clients - sayers.length) }, async (_, i) => {
        const which = sayers.length + i;
        const username = `${address}.sayer${which}`;
        const miner = await ShareStream.open(port, username, `127.2.0.${1 + (which % 250)}`);
        miner.prepare(1);
        miner.send(1);
        while (miner.outstanding > 0) {
          miner.check();
          await pause(EACH_MS);
        }
        return { miner, names: new Array<string>(NAMES).fill(username), said: 1 };
      });
      sayers.push(...(await Promise.all(some)));
    }
    return new NameSayers(sayers);
  }

  /** Names that were let in, again or not. */
  get loggedIn(): number {
    return this.sayers.reduce((sum, { miner }) => sum + miner.loggedIn, 0);
  }

  /** Resolves when they are stopped. */
  async say(): Promise<void> {
    while (this.going) {
      for (const sayer of this.sayers) {
        if (sayer.miner.loggedIn < sayer.said) continue;
        sayer.miner.logIn(sayer.names, RESTS);
        sayer.said += NAMES;
      }
      await pause(EACH_MS);
    }
  }

  stop(): void {
    this.going = false;
    for (const { miner } of this.sayers) miner.close();
  }
}
