/**
 * Tells the container what K2 says of a round (`RoundFacts`). The seed is the hash of the first finalized
 * block at or after the round's first slot, so nobody knew it before; until there is one, the round cannot be told of and
 * the one before goes on.
 */
import { base58 } from '@scure/base';
import { CodedError, fromHex, toHex } from '../../../../src/lib/index.js';
import { appointmentMessage } from '../../../../src/rounds/index.js';
import type { K2Block, K2Rpc } from '../k2/k2-rpc.js';
import type { KoiiNode } from '../koii/koii-node.js';
import type { StakingKey } from '../koii/staking-key.js';
import type { Pins } from '../pins.js';
import type { Container } from './container.js';
import { beaconSlot, type RoundSlots, slotsOfRound } from './round-plan.js';

export class RoundTellerError extends CodedError<'SEED_UNKNOWN'> {}

/** Rounds before whose beacons go with the facts: a sampled claim is proven in the next one, or never. */
const BEACON_ROUNDS = 3;

export class RoundTeller {
  private readonly seeds = new Map<number, K2Block>();
  private readonly beacons = new Map<number, Uint8Array>();
  /** Hex. */
  private receiptKey: string | null = null;

  constructor(
    private readonly node: KoiiNode,
    private readonly k2: Pick<K2Rpc, 'firstBlockFrom'>,
    private readonly container: Pick<Container, 'tell'>,
    private readonly key: StakingKey,
    /** Base58. */
    private readonly taskId: string,
    private readonly pins: Pick<Pins, 'reserveEpochs' | 'lineage'>,
  ) {}

  /** Throws `RoundTellerError`, and what node, K2 and container throw. */
  async tell(round: number): Promise<void> {
    const facts = await this.facts(round);
    const receiptKey = await this.container.tell(round, { ...facts, appointment: this.appointment(round) });
    if (receiptKey === this.receiptKey) return;
    this.receiptKey = receiptKey;
    await this.container.tell(round, { ...facts, appointment: this.appointment(round) });
  }

  /** Hex. Throws as `tell` does. */
  async seed(round: number): Promise<string> {
    const task = await this.node.taskState({ stakes: false });
    return toHex((await this.seedBlock(round, slotsOfRound(round, task))).blockhash);
  }

  /** Base58; null while it is not known. Throws as `tell` does. */
  async beacon(round: number): Promise<string | null> {
    if (round < 0) return null;
    const task = await this.node.taskState({ stakes: false });
    const found = await this.beaconBlock(round, slotsOfRound(round, task), await this.node.slot());
    return found && base58.encode(found);
  }

  private async facts(round: number): Promise<object> {
    const task = await this.node.taskState({ stakes: false });
    const slots = slotsOfRound(round, task);
    const seed = await this.seedBlock(round, slots);
    const slotNow = await this.node.slot();
    const beacons: { round: number; blockhash: string }[] = [];
    for (let earlier = Math.max(0, round - BEACON_ROUNDS); earlier < round; earlier++) {
      const blockhash = await this.beaconBlock(earlier, slotsOfRound(earlier, task), slotNow);
      if (blockhash !== null) beacons.push({ round: earlier, blockhash: base58.encode(blockhash) });
    }
    const { reserveEpochs, lineage } = this.pins;
    return {
      ...{ taskId: this.taskId, nodeKey: this.key.address, round },
      ...{ seed: toHex(seed.blockhash), seedSlot: seed.slot },
      ...slots,
      ...{ slotNow, slotMs: await this.node.averageSlotMs() },
      ...{ reserveEpochs, beacons, lineage },
    };
  }

  private async seedBlock(round: number, { startSlot }: RoundSlots): Promise<K2Block> {
    const known = this.seeds.get(round);
    if (known !== undefined) return known;
    const block = await this.k2.firstBlockFrom(startSlot);
    if (block === null) {
      throw new RoundTellerError('SEED_UNKNOWN', `K2 has no finalized block of round ${round} yet`, {
        round,
      });
    }
    this.seeds.set(round, block);
    return block;
  }

  private async beaconBlock(round: number, slots: RoundSlots, slotNow: number): Promise<Uint8Array | null> {
    const known = this.beacons.get(round);
    if (known !== undefined) return known;
    const slot = beaconSlot(slots);
    const block = slot > slotNow ? null : await this.k2.firstBlockFrom(slot);
    if (block === null) return null;
    this.beacons.set(round, block.blockhash);
    return block.blockhash;
  }

  /** From the round itself on, so that it holds for the package of whichever round it is told with. */
  private appointment(round: number): object | null {
    if (this.receiptKey === null) return null;
    const receiptKey = fromHex(this.receiptKey);
    const told = { receiptKey, fromRound: BigInt(round) };
    const message = appointmentMessage(base58.decode(this.taskId), this.key.publicKey, told);
    return { receiptKey: this.receiptKey, fromRound: round, signature: toHex(this.key.sign(message)) };
  }
}
