/** Claims with shares on blocks that lost: one deep, two deep, or seen by a bitcoind alone that is gone. */
import { describe, expect } from '@jest/globals';
import type { RegtestBitcoind } from '../../src/localnet/index.js';
import { startBitcoind } from '../bitcoind.js';
import { StratumClient } from '../stratum-client.js';
import { together } from '../together.js';
import type { PoolProcess } from './pool-process.js';
import { type RoundSlots, SlotClock, TaskDouble } from './task-double.js';
import {
  hand,
  KEYS,
  OTHER_ADDRESS,
  poolOf,
  slotsFrom,
  submissionOf,
  type Told,
  USER,
  wishOf,
} from './task-nodes.js';

async function give(to: RegtestBitcoind, from: RegtestBitcoind, hashes: readonly string[]): Promise<void> {
  for (const hash of hashes) await to.rpc('submitblock', [await from.rpc('getblock', [hash, 0])]);
}

interface Closed extends Told {
  readonly left_out: { readonly off_chain: number };
}

/** A node with a miner, and an auditor on another bitcoind, which has the first three blocks too. */
class Network {
  private submission = '';

  private constructor(
    private readonly ours: PoolProcess,
    private readonly auditor: PoolProcess,
    private readonly task: TaskDouble,
    private readonly other: TaskDouble,
    private readonly clock: SlotClock,
    private readonly slots: RoundSlots,
    private readonly miner: StratumClient,
  ) {}

  static async start(
    ours: readonly RegtestBitcoind[],
    auditors: RegtestBitcoind,
    roundSlots: number,
  ): Promise<Network> {
    const blocks = await auditors.generate(3);
    for (const each of ours) if (each !== auditors) await give(each, auditors, blocks);
    const clock = new SlotClock();
    const [pool, auditor] = await Promise.all([poolOf(KEYS[0], ...ours), poolOf(KEYS[1], auditors)]);
    const [task, other] = [new TaskDouble(pool, KEYS[0], clock), new TaskDouble(auditor, KEYS[1], clock)];
    const slots = slotsFrom(clock, roundSlots);
    for (const each of [task, other]) await each.tell(1, slots);
    await pool.untilHealthy();
    const miner = await StratumClient.login(pool.stratumPort, `${USER}.rig`, 'd=0.00001');
    return new Network(pool, auditor, task, other, clock, slots, miner);
  }

  /** Four shares on the tip of `bitcoind`, once the pool has work on it: it may see a block between two tips first. */
  async mineOnTipOf(bitcoind: RegtestBitcoind): Promise<void> {
    const { miner } = this;
    const tip = await bitcoind.rpc('getbestblockhash');
    await miner.until(() => miner.tip === tip);
    for (let n = 0; n < 4; n++) {
      const { job } = miner;
      expect((await miner.submit(`${USER}.rig`, job, miner.mine(job))).result).toBe(true);
    }
  }

  /** Ends the round. The wait for a claim is bounded; the task asks again. */
  private async closed(): Promise<Closed> {
    this.clock.jumpTo(this.slots.endSlot + 1);
    for (const each of [this.task, this.other]) await each.tell(1, this.slots);
    for (;;) {
      const answer = (await this.task.claim(1)) as { status: number; body: Closed };
      if (answer.status === 200) return answer.body;
      expect(answer.status).toBe(503);
    }
  }

  /** How many shares are claimed and left out for the chain, and what the other node says of the claim. */
  async verdict(): Promise<{ count: string; offChain: number; audit: unknown }> {
    const body = await this.closed();
    const claim = body.claim!;
    await hand(this.ours, '1.car', this.auditor, claim.package_cid);
    this.miner.close();
    this.submission = submissionOf(1, claim);
    return { count: claim.count, offChain: body.left_out.off_chain, audit: await this.audited() };
  }

  /** What the other node says of the closed round's claim now. */
  async audited(): Promise<unknown> {
    return await this.other.audit(wishOf(1, this.submission, this.slots));
  }
}

const VALID = { status: 200, body: true };

describe('a claim', () => {
  /** The claim's bitcoind has two blocks upon the third, the auditor's two others; neither branch has more work. */
  async function tied(here: RegtestBitcoind, elsewhere: RegtestBitcoind) {
    const network = await Network.start([here], elsewhere, 300);
    await network.mineOnTipOf(here);
    for (let n = 0; n < 2; n++) {
      await here.generate(1);
      await network.mineOnTipOf(here);
    }
    return { network, rivals: await elsewhere.generate(2, OTHER_ADDRESS) };
  }

  together(
    {
      'is believed by a node that never saw the block that lost, on which some of its shares stand':
        async () => {
          const [here, elsewhere] = await Promise.all([startBitcoind(), startBitcoind()]);
          const network = await Network.start([here], elsewhere, 300);
          await network.mineOnTipOf(here);
          const [lost] = await here.generate(1);
          await network.mineOnTipOf(here);
          await give(here, elsewhere, await elsewhere.generate(2, OTHER_ADDRESS));
          await network.mineOnTipOf(here);
          await expect(elsewhere.rpc('getblockheader', [lost])).rejects.toThrow('not found');
          expect(await network.verdict()).toEqual({ count: '12', offChain: 0, audit: VALID });
          expect(await elsewhere.rpc('getblockheader', [lost])).toMatchObject({ confirmations: -1 });
        },
      'leaves out the shares on a branch that lost by two, and is valid': async () => {
        const [here, elsewhere] = await Promise.all([startBitcoind(), startBitcoind()]);
        const network = await Network.start([here], elsewhere, 300);
        await network.mineOnTipOf(here);
        for (let n = 0; n < 2; n++) {
          await here.generate(1);
          await network.mineOnTipOf(here);
        }
        await give(here, elsewhere, await elsewhere.generate(3, OTHER_ADDRESS));
        await network.mineOnTipOf(here);
        expect(await network.verdict()).toEqual({ count: '12', offChain: 4, audit: VALID });
      },
    },
    120_000,
  );

  together(
    {
      'leaves out as many where its bitcoind was told that the branch is invalid, and is valid': async () => {
        const [here, elsewhere] = await Promise.all([startBitcoind(), startBitcoind()]);
        const network = await Network.start([here], elsewhere, 300);
        await network.mineOnTipOf(here);
        const lost: string[] = [];
        for (let n = 0; n < 2; n++) {
          lost.push(...(await here.generate(1)));
          await network.mineOnTipOf(here);
        }
        const winners = await elsewhere.generate(3, OTHER_ADDRESS);
        await give(here, elsewhere, winners.slice(0, 2));
        await here.rpc('invalidateblock', [lost[0]]);
        await give(here, elsewhere, winners.slice(2));
        await network.mineOnTipOf(here);
        expect(await network.verdict()).toEqual({
          count: '12',
          offChain: 4,
          audit: VALID,
        });
      },
      'is voted on by nobody for whom its branch is tied two deep, and by all alike once the tie is broken':
        async () => {
          const [here, elsewhere] = await Promise.all([startBitcoind(), startBitcoind()]);
          const { network } = await tied(here, elsewhere);
          const [best] = [await elsewhere.rpc('getbestblockhash')];
          const unsure = await network.verdict();
          expect(unsure).toMatchObject({ count: '12', offChain: 0, audit: { status: 503 } });
          expect(JSON.stringify(unsure.audit)).toContain('as much work as');
          expect(await elsewhere.rpc('getbestblockhash')).toBe(best);
          const [third] = await here.generate(1);
          const height = await here.rpc<number>('getblockcount');
          const branch = await Promise.all(
            [2, 1].map((deep) => here.rpc<string>('getblockhash', [height - deep])),
          );
          await give(elsewhere, here, [...branch, third!]);
          expect(await network.audited()).toEqual(VALID);
        },
    },
    120_000,
  );

  together(
    {
      'leaves out what a tie that its bitcoind sees may cost, and is valid on both sides and whichever wins':
        async () => {
          const [here, elsewhere] = await Promise.all([startBitcoind(), startBitcoind()]);
          const { network, rivals } = await tied(here, elsewhere);
          await give(here, elsewhere, rivals);
          expect(await network.verdict()).toEqual({ count: '8', offChain: 4, audit: VALID });
          await elsewhere.generate(1);
          expect(await network.audited()).toEqual(VALID);
        },
      'shows a block that only a bitcoind saw which is gone since': async () => {
        const [gone, stays, auditors] = await Promise.all([
          startBitcoind(),
          startBitcoind(),
          startBitcoind(),
        ]);
        const network = await Network.start([gone, stays], auditors, 300);
        await network.mineOnTipOf(gone);
        const [lost] = await gone.generate(1);
        await network.mineOnTipOf(gone);
        await gone.kill();
        await give(stays, auditors, await auditors.generate(2, OTHER_ADDRESS));
        await network.mineOnTipOf(stays);
        await expect(stays.rpc('getblockheader', [lost])).rejects.toThrow('not found');
        expect(await network.verdict()).toEqual({ count: '12', offChain: 0, audit: VALID });
      },
    },
    120_000,
  );
});
