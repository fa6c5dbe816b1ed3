/**
 * What an audit wants to know of Bitcoin's chain, asked of one bitcoind that has passed the chain guard. Every answer
 * is of one moment: when the best block changed on the way, all of it is asked again.
 */
import type { BlockFacts, ChainFacts, ChainWindow } from '../audit/index.js';
import { decodeHeader, type Network, RETARGET_BLOCKS, retargetedBits } from '../bitcoin/index.js';
import { CodedError, errorCode, fromHex, toDisplayHex, toHex } from '../lib/index.js';
import { type ChainTip, type Header, isPossible } from './chain-answers.js';
import { RpcError, type RpcErrorCode } from './rpc-error.js';
import type { TipHeader } from './tip-headers.js';

export class ChainReaderError extends CodedError<'CHAIN_UNSTEADY'> {}

export interface ChainRpc {
  call<T>(method: string, ...params: readonly unknown[]): Promise<T>;
}

const TRIES = 5;
/** What bitcoind says of a header without the work, or upon one it does not know. */
const VERIFY_ERROR = -25;
/** Not mined yet, pruned, or a bitcoind that does not count. */
const NO_FIGURES: ReadonlySet<unknown> = new Set<RpcErrorCode>([
  'RPC_INVALID_PARAMETER',
  'RPC_FAILED',
  'RPC_NOT_FOUND',
  'RPC_METHOD_UNKNOWN',
]);

const MOST_STRANGE = 16;
/** Branches that end further below the best block are not asked how much work they have. */
const RIVAL_DEPTH = 10;
/** Of a branch with as much work as the best chain: nobody makes a longer one. */
const LONGEST_TIE = 144;

/** Branches with as much work as the best chain, or more. */
interface Rivals {
  /** Of the highest with more work; the best block's own height where there is none. */
  readonly headers: number;
  /** Display order: blocks of those with as much. */
  readonly tied: ReadonlySet<string>;
  /** The last height of the best chain that is not two or more blocks off one of those. */
  readonly settled: number;
}

function isStrange(block: BlockFacts | 'unknown', { from, to }: ChainWindow): boolean {
  if (block === 'unknown' || block.place === 'elsewhere' || block.place === 'tied') return true;
  return block.time > to || (block.nextTime !== null && block.nextTime < from);
}

export class ChainReader {
  private headers = new Map<string, Header | null>();
  private shown: ReadonlyMap<string, Uint8Array> = new Map();
  private highestTaken = 0;

  constructor(
    private readonly rpc: ChainRpc,
    private readonly network: Pick<Network, 'retargeting' | 'easiestBits'>,
  ) {}

  /**
   * `hashes`: in display order, as `chainQuestions` gives them. `shown`: headers by hash, as `shownHeaders` gives them;
   * bitcoind is handed those it does not know, up to its best block's height, and takes what is a block's work on its
   * chain: with a header above, which costs next to nothing on a testnet, it would take itself to be behind. `window`: as `chainWindow`
   * gives it; after some blocks outside it, or on no chain, the rest is not asked for: a package may name tens of
   * thousands, and the first has decided. Null to ask for all. Throws `RpcError` when bitcoind cannot be asked and `ChainReaderError` when its
   * best block will not hold still.
   */
  async facts(
    hashes: readonly string[],
    shown: ReadonlyMap<string, Uint8Array> = new Map(),
    window: ChainWindow | null = null,
  ): Promise<ChainFacts> {
    this.shown = shown;
    for (let tries = 0; tries < TRIES; tries++) {
      this.headers = new Map();
      const best = (await this.header(await this.rpc.call<string>('getbestblockhash')))!;
      this.highestTaken = best.height;
      const blocks = new Map<string, BlockFacts | 'unknown'>();
      let strange = 0;
      for (const hash of hashes) {
        const block = await this.block(hash, best);
        blocks.set(hash, block);
        if (window !== null && isStrange(block, window)) strange++;
        if (strange === MOST_STRANGE) break;
      }
      // Asked last: what was shown may have made a branch.
      const { headers, tied, settled } = await this.rivals(best);
      for (const [hash, block] of blocks) {
        if (block === 'unknown' || block.place !== 'elsewhere' || !tied.has(hash)) continue;
        blocks.set(hash, { ...block, place: 'tied' });
      }
      if ((await this.rpc.call<string>('getbestblockhash')) === best.hash) {
        const { height, time } = best;
        return { best: { height, time, bits: Number.parseInt(best.bits, 16), headers, settled }, blocks };
      }
    }
    throw new ChainReaderError('CHAIN_UNSTEADY', 'bitcoind’s best block changes faster than it can be asked');
  }

  private async rivals(best: Header): Promise<Rivals> {
    let [headers, settled] = [best.height, best.height];
    const tied = new Set<string>();
    for (const tip of await this.tips()) {
      if (tip.branchlen === 0 || !isPossible(tip) || tip.height < best.height - RIVAL_DEPTH) continue;
      const { chainwork } = (await this.header(tip.hash))!;
      if (chainwork > best.chainwork) headers = Math.max(headers, tip.height, best.height + 1);
      if (chainwork !== best.chainwork) continue;
      settled = Math.min(settled, tip.height - tip.branchlen + 1);
      let hash: string | undefined = tip.hash;
      for (let deep = 0; deep < Math.min(tip.branchlen, LONGEST_TIE) && hash !== undefined; deep++) {
        tied.add(hash);
        hash = (await this.header(hash))?.previousblockhash;
      }
    }
    return { headers, tied, settled };
  }

  /** Headers, 80 bytes, of those blocks that bitcoind knows, by hash in display order. Throws `RpcError`. */
  async headersOf(hashes: readonly string[]): Promise<Map<string, TipHeader>> {
    this.headers = new Map();
    const found = new Map<string, TipHeader>();
    for (const hash of hashes) {
      const header = await this.header(hash);
      if (header === null) continue;
      const bytes = fromHex(await this.rpc.call<string>('getblockheader', hash, false));
      found.set(hash, { height: header.height, header: bytes });
    }
    return found;
  }

  /**
   * By height: every block there that bitcoind knows, on whatever branch, valid or not, in display order. No entry for
   * heights that its best chain has not reached: what it does not know there may be on its way. Throws `RpcError`.
   */
  async blocksAt(heights: ReadonlySet<number>): Promise<Map<number, Set<string>>> {
    this.headers = new Map();
    const found = new Map<number, Set<string>>();
    const best = await this.rpc.call<number>('getblockcount');
    for (const height of heights) {
      if (height <= best) found.set(height, new Set([await this.rpc.call<string>('getblockhash', height)]));
    }
    if (found.size === 0) return found;
    const lowest = Math.min(...found.keys());
    // Asked last, so that a block which leaves the best chain meanwhile is on a branch here.
    for (const tip of await this.tips()) {
      let hash: string | undefined = tip.hash;
      for (let deep = 0; deep < tip.branchlen && tip.height - deep >= lowest; deep++) {
        found.get(tip.height - deep)?.add(hash!);
        hash = (await this.header(hash!))?.previousblockhash;
        if (hash === undefined) break;
      }
    }
    return found;
  }

  /** What the best chain's block at a height took in fees; null where bitcoind cannot tell. Throws `RpcError`. */
  async feesSatsAt(height: number): Promise<bigint | null> {
    try {
      const stats = await this.rpc.call<{ totalfee: number }>('getblockstats', height, ['totalfee']);
      return BigInt(stats.totalfee);
    } catch (error) {
      if (NO_FIGURES.has(errorCode(error))) return null;
      throw error;
    }
  }

  private async block(hash: string, best: Header): Promise<BlockFacts | 'unknown'> {
    const header = await this.header(hash);
    if (header === null) return 'unknown';
    const next = header.height < best.height ? await this.atHeight(header.height + 1) : null;
    const { height, time, mediantime } = header;
    return {
      place: await this.placeOf(header),
      height,
      time,
      medianTime: mediantime,
      nextTime: next?.time ?? null,
      nextBits: await this.bitsUpon(header),
    };
  }

  /** By headers alone: whether the body that somebody was sent is valid, one that was not sent it cannot know. */
  private async placeOf({ confirmations, previousblockhash }: Header): Promise<BlockFacts['place']> {
    if (confirmations >= 1) return 'best';
    if (previousblockhash === undefined) return 'elsewhere';
    const parent = await this.header(previousblockhash);
    return parent !== null && parent.confirmations >= 1 ? 'beside' : 'elsewhere';
  }

  /** What the chain demands of a block upon this one, whatever came upon it since. */
  private async bitsUpon(header: Header): Promise<number> {
    const { retargeting, easiestBits } = this.network;
    const bits = Number.parseInt(header.bits, 16);
    if (retargeting === 'never') return bits;
    if ((header.height + 1) % RETARGET_BLOCKS === 0) return await this.retargeted(header);
    if (retargeting !== 'by-time') return bits;
    // Blocks that came late have the easiest bits and pass nothing on.
    let regular = header;
    while (
      Number.parseInt(regular.bits, 16) === easiestBits &&
      regular.height % RETARGET_BLOCKS !== 0 &&
      regular.previousblockhash !== undefined
    ) {
      regular = (await this.header(regular.previousblockhash))!;
    }
    return Number.parseInt(regular.bits, 16);
  }

  private async retargeted(last: Header): Promise<number> {
    const { retargeting, easiestBits } = this.network;
    // Below one block beside the best chain both have the same ancestors.
    const first = await this.atHeight(last.height + 1 - RETARGET_BLOCKS);
    const { bits } = retargeting === 'by-time' ? first : last;
    return retargetedBits({
      bits: Number.parseInt(bits, 16),
      firstTime: first.time,
      lastTime: last.time,
      easiestBits,
    });
  }

  private tips(): Promise<ChainTip[]> {
    return this.rpc.call<ChainTip[]>('getchaintips');
  }

  private async atHeight(height: number): Promise<Header> {
    return (await this.header(await this.rpc.call<string>('getblockhash', height)))!;
  }

  /** Null for a hash that bitcoind does not know. */
  private async header(hash: string): Promise<Header | null> {
    const known = this.headers.get(hash);
    if (known !== undefined) return known;
    let header = await this.ask(hash);
    const shown = header === null ? this.shown.get(hash) : undefined;
    if (shown !== undefined) {
      // It is taken only behind its parent, which may have been shown as well.
      const parent = await this.header(toDisplayHex(decodeHeader(shown).prevHash));
      const isLow = parent !== null && parent.height < this.highestTaken;
      if (isLow && (await this.isTaken(shown))) header = await this.ask(hash);
    }
    this.headers.set(hash, header);
    return header;
  }

  private async ask(hash: string): Promise<Header | null> {
    try {
      return await this.rpc.call<Header>('getblockheader', hash);
    } catch (error) {
      if (errorCode(error) !== 'RPC_NOT_FOUND') throw error;
      return null;
    }
  }

  private async isTaken(header: Uint8Array): Promise<boolean> {
    try {
      await this.rpc.call('submitheader', toHex(header));
      return true;
    } catch (error) {
      if (error instanceof RpcError && error.data.rpcCode === VERIFY_ERROR) return false;
      throw error;
    }
  }
}
