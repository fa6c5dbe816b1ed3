import { describe, expect, it } from '@jest/globals';
import { networks } from '../../../src/bitcoin/index.js';
import {
  ChainReader,
  type ChainRpc,
  RpcError,
  type RpcErrorCode,
  standingOf,
} from '../../../src/bitcoind/index.js';
import { fromHex, sha256d, toDisplayHex, toHex } from '../../../src/lib/index.js';
import type { RegtestBitcoind } from '../../../src/localnet/index.js';
import { startBitcoind } from '../../bitcoind.js';

const REGTEST = networks.find(({ name }) => name === 'regtest')!;
const MAINNET = networks.find(({ name }) => name === 'mainnet')!;
const TESTNET4 = networks.find(({ name }) => name === 'testnet4')!;

const OTHER_ADDRESS = 'bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry';

interface RawHeader {
  readonly hash: string;
  readonly confirmations: number;
  readonly height: number;
  readonly time: number;
  readonly mediantime: number;
  readonly bits: string;
  readonly previousblockhash?: string;
}

/** What the pool's own client makes of bitcoind's answer. */
function clientOf(node: RegtestBitcoind): ChainRpc {
  return {
    async call<T>(method: string, ...params: readonly unknown[]): Promise<T> {
      try {
        return await node.rpc<T>(method, params);
      } catch (error) {
        if (/not found/i.test(String(error))) throw new RpcError('RPC_NOT_FOUND', String(error));
        const { data } = error as { data?: { code?: number } };
        if (data?.code !== undefined) throw new RpcError('RPC_FAILED', String(error), { rpcCode: data.code });
        throw error;
      }
    },
  };
}

/** A chain of 4,032 headers that only says what a test needs: bits by height, ten minutes apart. */
function madeUp(bitsAt: (height: number) => number): ChainRpc {
  const header = (height: number): RawHeader => ({
    hash: String(height),
    confirmations: 4_031 - height + 1,
    height,
    time: 1_700_000_000 + 600 * height,
    mediantime: 1_700_000_000 + 600 * (height - 5),
    bits: bitsAt(height).toString(16),
    ...(height === 0 ? {} : { previousblockhash: String(height - 1) }),
  });
  return {
    async call<T>(method: string, argument?: unknown): Promise<T> {
      if (method === 'getbestblockhash') return '4031' as T;
      if (method === 'getchaintips') return [] as T;
      if (method === 'getblockhash') return String(argument) as T;
      return header(Number(argument)) as T;
    },
  };
}

const ANY_TIME = { startTime: 0, endTime: 2 ** 32 };

describe('the chain as an auditor asks it', () => {
  it('has blocks on the best chain, one beside it, valid or not, and one nobody knows', async () => {
    const node = await startBitcoind();
    const hashes = await node.generate(10);
    const height = await node.rpc<number>('getblockcount');
    const lost = hashes.at(-1)!;
    await node.rpc('invalidateblock', [lost]);
    // Paid elsewhere, or the first would be the very block that was invalidated.
    const winners = await node.generate(
      2,
      'bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry',
    );
    const reader = new ChainReader(clientOf(node), REGTEST);
    // Who has only its header cannot know that the block is invalid.
    expect((await reader.facts([lost])).blocks.get(lost)).toMatchObject({ place: 'beside', height });
    await node.rpc('reconsiderblock', [lost]);
    const unknown = 'ab'.repeat(32);
    const { best, blocks } = await reader.facts([hashes[4]!, lost, winners[1]!, unknown]);
    const headerOf = (hash: string): Promise<RawHeader> => node.rpc<RawHeader>('getblockheader', [hash]);
    const [fifth, sixth, winner, beside, tip] = await Promise.all(
      [hashes[4]!, hashes[5]!, winners[0]!, lost, winners[1]!].map(headerOf),
    );
    const bits = Number.parseInt(fifth!.bits, 16);
    expect(best).toEqual({
      height: height + 1,
      time: tip!.time,
      bits,
      headers: height + 1,
      settled: height + 1,
    });
    expect(blocks.get(hashes[4]!)).toEqual({
      place: 'best',
      height: fifth!.height,
      time: fifth!.time,
      medianTime: fifth!.mediantime,
      nextTime: sixth!.time,
      nextBits: bits,
    });
    expect(blocks.get(lost)).toMatchObject({ place: 'beside', height, time: beside!.time });
    // What replaced it is the winner's child.
    expect(blocks.get(lost)!).toMatchObject({ nextTime: tip!.time });
    expect(winner!.height).toBe(height);
    expect(blocks.get(winners[1]!)).toMatchObject({ place: 'best', nextTime: null });
    expect(blocks.get(unknown)).toBe('unknown');
  });

  it('knows every block of a height, on the best chain, beside it, deeper and invalid, and says nothing of heights to come', async () => {
    const node = await startBitcoind();
    const [, , deep] = await node.generate(3);
    const below = await node.rpc<number>('getblockcount');
    await node.generate(2);
    await node.rpc('invalidateblock', [deep!]);
    const elsewhere = 'bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry';
    await node.generate(5, elsewhere);
    const [bad] = await node.generate(1);
    await node.rpc('invalidateblock', [bad!]);
    const [next] = await node.generate(1, elsewhere);
    await node.rpc('reconsiderblock', [deep!]);
    const tip = await node.rpc<number>('getblockcount');
    expect([await node.rpc('getblockhash', [tip]), tip]).toEqual([next, below + 5]);
    const reader = new ChainReader(clientOf(node), REGTEST);
    const at = (height: number): Promise<string> => node.rpc('getblockhash', [height]);
    const found = await reader.blocksAt(new Set([below - 1, below, below + 2, tip, tip + 1]));
    const tips = await node.rpc<{ hash: string; height: number }[]>('getchaintips');
    const lost = tips.find(({ height }) => height === below + 2)!;
    expect(found).toEqual(
      new Map([
        [below - 1, new Set([await at(below - 1)])],
        [below, new Set([await at(below), deep])],
        [below + 2, new Set([await at(below + 2), lost.hash])],
        [tip, new Set([next, bad])],
      ]),
    );
    expect(await reader.blocksAt(new Set([tip + 1]))).toEqual(new Map());
    expect(await reader.blocksAt(new Set())).toEqual(new Map());
  });

  it('tells what a block took in fees, unless it is pruned or to come, and of a silent bitcoind that it is silent', async () => {
    const node = await startBitcoind();
    await node.generate(1);
    const reader = new ChainReader(clientOf(node), REGTEST);
    expect(await reader.feesSatsAt(1)).toBe(0n);
    const failing = (code: RpcErrorCode): ChainReader => {
      const call = async (): Promise<never> => {
        throw new RpcError(code, 'Block not available (pruned data)');
      };
      return new ChainReader({ call }, REGTEST);
    };
    expect(await failing('RPC_FAILED').feesSatsAt(1)).toBeNull();
    expect(await failing('RPC_INVALID_PARAMETER').feesSatsAt(1)).toBeNull();
    await expect(failing('RPC_TIMEOUT').feesSatsAt(1)).rejects.toMatchObject({ code: 'RPC_TIMEOUT' });
  });

  it('demands a retarget’s bits upon every 2,016th block, and the block’s own elsewhere', async () => {
    const reader = new ChainReader(
      madeUp(() => 0x1c05a3f4),
      MAINNET,
    );
    const { blocks } = await reader.facts(['4000', '4031']);
    expect(blocks.get('4000')).toMatchObject({ nextBits: 0x1c05a3f4 });
    // 2,015 intervals of 600 s instead of 2,016: the target shrinks by 1 / 2,016.
    const target = (bits: number): bigint => BigInt(bits & 0x7fffff) << BigInt(8 * ((bits >>> 24) - 3));
    const { nextBits } = blocks.get('4031') as { nextBits: number };
    expect(Number(target(nextBits)) / Number(target(0x1c05a3f4))).toBeCloseTo(2015 / 2016, 5);
  });

  it('passes testnet4’s easy blocks over, and takes a period’s first bits for the next (BIP94)', async () => {
    const reader = new ChainReader(
      madeUp((height) => (height > 3_990 ? 0x1d00ffff : 0x1c05a3f4)),
      TESTNET4,
    );
    const { blocks } = await reader.facts(['4000', '4031']);
    expect(blocks.get('4000')).toMatchObject({ nextBits: 0x1c05a3f4 });
    expect((blocks.get('4031') as { nextBits: number }).nextBits).toBeLessThan(0x1c05a3f4);
  });

  it('stops asking after sixteen blocks that no claim of the round can stand on', async () => {
    const asked: string[] = [];
    const chain = madeUp(() => 0x1c05a3f4);
    const counting: ChainRpc = {
      async call<T>(method: string, ...params: readonly unknown[]): Promise<T> {
        if (method === 'getblockheader') asked.push(String(params[0]));
        return chain.call<T>(method, ...params);
      },
    };
    const from = 1_700_000_000 + 600 * 3_000;
    const window = { from, to: from + 3_600 };
    // Block n was the tip from 600 n to 600 (n + 1) seconds after the first.
    const inside = Array.from({ length: 7 }, (_, n) => String(3_000 + n));
    const old = Array.from({ length: 1_000 }, (_, n) => String(100 + n));
    const { blocks } = await new ChainReader(counting, MAINNET).facts([...inside, ...old], new Map(), window);
    expect([...blocks.keys()]).toEqual([...inside, ...old.slice(0, 16)]);
    expect(asked.length).toBeLessThan(100);
    const all = await new ChainReader(chain, MAINNET).facts([...inside, ...old]);
    expect(all.blocks.size).toBe(1_007);
  });

  it('asks again when the best block changes on the way, and gives up on one that never rests', async () => {
    let asked = 0;
    const restless: ChainRpc = {
      async call<T>(method: string, argument?: unknown): Promise<T> {
        if (method === 'getbestblockhash') return String(4_031 - (asked++ % 2)) as T;
        return madeUp(() => 0x1c05a3f4).call<T>(method, argument);
      },
    };
    await expect(new ChainReader(restless, MAINNET).facts(['4000'])).rejects.toMatchObject({
      code: 'CHAIN_UNSTEADY',
    });
  });

  it('has a block that lost its race elsewhere, once its header is shown, and no header without the work', async () => {
    const [here, elsewhere] = [await startBitcoind(), await startBitcoind()];
    const shared = await here.generate(6);
    for (const hash of shared) await elsewhere.rpc('submitblock', [await here.rpc('getblock', [hash, 0])]);
    const [lost] = await elsewhere.generate(
      1,
      'bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry',
    );
    const [winner] = await here.generate(1);
    await elsewhere.rpc('submitblock', [await here.rpc('getblock', [winner, 0])]);
    const [next] = await here.generate(1);
    await elsewhere.rpc('submitblock', [await here.rpc('getblock', [next, 0])]);

    // The claimant's bitcoind has it beside its chain, and what else it is asked about on it.
    const known = await new ChainReader(clientOf(elsewhere), REGTEST).headersOf([lost!, 'ab'.repeat(32)]);
    const height = (await elsewhere.rpc<number>('getblockcount')) - 1;
    expect([...known].map(([hash, tip]) => [hash, tip.height, toHex(tip.header)])).toEqual([
      [lost, height, await elsewhere.rpc('getblockheader', [lost, false])],
    ]);
    const reader = new ChainReader(clientOf(here), REGTEST);
    expect((await reader.facts([lost!])).blocks.get(lost!)).toBe('unknown');
    const { header } = known.get(lost!)!;
    const forged = header.slice();
    // Regtest takes every other hash, so a few nonces have one it does not take.
    do forged[76]!++;
    while (toDisplayHex(sha256d(forged)) < '8');
    const forgedHash = toDisplayHex(sha256d(forged));
    const shown = new Map([
      [lost!, header],
      [forgedHash, forged],
    ]);
    const { blocks } = await reader.facts([lost!, forgedHash], shown);
    expect(blocks.get(lost!)).toMatchObject({
      place: 'beside',
      height: (await here.rpc<number>('getblockcount')) - 1,
    });
    expect(blocks.get(forgedHash)).toBe('unknown');
  });

  it('takes a branch two deep from its headers alone, in whatever order they are asked about, and tells it from one to come', async () => {
    const [here, elsewhere] = [await startBitcoind(), await startBitcoind()];
    const shared = await here.generate(3);
    for (const hash of shared) await elsewhere.rpc('submitblock', [await here.rpc('getblock', [hash, 0])]);
    const lost = await elsewhere.generate(2, OTHER_ADDRESS);
    const headers = new Map<string, Uint8Array>();
    for (const hash of lost) headers.set(hash, fromHex(await elsewhere.rpc('getblockheader', [hash, false])));
    const asked = [lost[1]!, lost[0]!];
    const kept = new Map([...headers].map(([hash, header], n) => [hash, { height: 4 + n, header }]));
    const reader = () => new ChainReader(clientOf(here), REGTEST);

    // Nothing upon the third block yet: the branch is the one to come, as far as anybody here knows.
    const ahead = await reader().facts(asked, headers);
    expect(ahead.best).toMatchObject({ height: 3, headers: 3 });
    expect(ahead.blocks.get(lost[0]!)).toBe('unknown');
    // It is not put to bitcoind, which would say of itself that it is behind.
    expect(await here.rpc('getblockchaininfo')).toMatchObject({ blocks: 3, headers: 3 });
    expect(standingOf(asked, kept, ahead, ANY_TIME)).toEqual({
      beside: [headers.get(lost[1]!), headers.get(lost[0]!)],
      lost: [],
    });

    await here.generate(2);
    const tie = await reader().facts([...asked, await here.rpc<string>('getbestblockhash')], headers);
    expect(tie.best).toMatchObject({ height: 5, headers: 5, settled: 4 });
    expect(tie.blocks.get(lost[0]!)).toMatchObject({ place: 'beside', height: 4 });
    expect(tie.blocks.get(lost[1]!)).toMatchObject({ place: 'tied', height: 5 });
    expect(standingOf(asked, kept, tie, ANY_TIME)).toEqual({
      beside: [headers.get(lost[0]!)],
      lost: [lost[1]],
    });

    await here.generate(1);
    const off = await reader().facts(asked, headers);
    expect(off.best).toMatchObject({ height: 6, headers: 6 });
    expect(off.blocks.get(lost[0]!)).toMatchObject({ place: 'beside', height: 4 });
    expect(off.blocks.get(lost[1]!)).toMatchObject({ place: 'elsewhere', height: 5 });
    expect(standingOf(asked, kept, off, ANY_TIME)).toEqual({
      beside: [headers.get(lost[0]!)],
      lost: [lost[1]],
    });
  });
});
