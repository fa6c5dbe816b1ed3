/**
 * How many blocks the nodes that were audited should have found, and found: one file a submitter. Each round counts as
 * it was audited last; those of long ago are kept as one sum, because a small node's blocks take years.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlocksFound } from '../audit/index.js';
import { errorCode, oneByOne } from '../lib/index.js';
import { writeDurably } from './write-durably.js';

interface Tally {
  /** The rounds up to this one. */
  readonly before: BlocksFound & { readonly through: string };
  readonly rounds: Readonly<Record<string, BlocksFound>>;
}

const KEPT_ROUNDS = 256;
const EMPTY: Tally = { before: { through: '-1', expected: 0, found: 0 }, rounds: {} };

export class BlockTally {
  private readonly inTurn = oneByOne();

  constructor(private readonly folder: string) {}

  /** Resolves once it is on disk. `blocks`: null when the claim of that round counts for nothing. */
  put(round: bigint, submitter: string, blocks: BlocksFound | null): Promise<void> {
    return this.inTurn(() => this.change(round, submitter, blocks));
  }

  private async change(round: bigint, submitter: string, blocks: BlocksFound | null): Promise<void> {
    const { before, rounds: told } = await this.read(submitter);
    if (round <= BigInt(before.through)) return;
    const { [String(round)]: replaced, ...others } = told;
    if (replaced === undefined && blocks === null) return;
    const rounds = blocks === null ? others : { ...others, [String(round)]: blocks };
    await mkdir(this.folder, { recursive: true });
    await writeDurably(this.folder, `${submitter}.json`, `${JSON.stringify(bounded({ before, rounds }))}\n`);
  }

  /** Of all rounds but this one. */
  async besides(round: bigint, submitter: string): Promise<BlocksFound> {
    const { before, rounds } = await this.read(submitter);
    const others = Object.entries(rounds).filter(([told]) => told !== String(round));
    return sum([before, ...others.map(([, blocks]) => blocks)]);
  }

  private async read(submitter: string): Promise<Tally> {
    try {
      return JSON.parse(await readFile(join(this.folder, `${submitter}.json`), 'utf8')) as Tally;
    } catch (error) {
      // What cannot be read accuses nobody, and is written anew.
      if (errorCode(error) === 'ENOENT' || error instanceof SyntaxError) return EMPTY;
      throw error;
    }
  }
}

function bounded({ before, rounds }: Tally): Tally {
  const inOrder = Object.keys(rounds)
    .map(BigInt)
    .sort((a, b) => (a < b ? -1 : 1));
  const old = inOrder.slice(0, Math.max(0, inOrder.length - KEPT_ROUNDS));
  if (old.length === 0) return { before, rounds };
  return {
    before: {
      through: String(old.at(-1)),
      ...sum([before, ...old.map((round) => rounds[String(round)]!)]),
    },
    rounds: Object.fromEntries(
      inOrder.slice(old.length).map((round) => [String(round), rounds[String(round)]!]),
    ),
  };
}

function sum(blocks: readonly BlocksFound[]): BlocksFound {
  return {
    expected: blocks.reduce((total, { expected }) => total + expected, 0),
    found: blocks.reduce((total, { found }) => total + found, 0),
  };
}
