/** Two nodes that a task drives, and what the task asks them about each other's rounds. */
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { base58 } from '@scure/base';
import { fromHex } from '../../src/lib/index.js';
import type { RegtestBitcoind } from '../../src/localnet/index.js';
import { encodeSubmission, submissionOfTold, type ToldClaim } from '../../src/rounds/index.js';
import { PoolProcess } from './pool-process.js';
import { type RoundSlots, type SlotClock, seedOf, TOKEN } from './task-double.js';

export const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
export const KEYS = ['a1'.repeat(32), 'b2'.repeat(32)] as const;
export const OTHER_ADDRESS = 'bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry';
export const STAKE = 1_000_000_000;

export interface Claim extends ToldClaim {
  readonly tier: string;
}

export interface Told {
  readonly claim: Claim | null;
}

export async function poolOf(
  nodeKey: string,
  ...bitcoinds: readonly RegtestBitcoind[]
): Promise<PoolProcess> {
  return await PoolProcess.start({
    nodes: bitcoinds,
    env: {
      ORCAPOOL_POOL_ROUNDSFROM: 'task',
      ORCAPOOL_POOL_NODEKEY: nodeKey,
      ORCAPOOL_HTTP_TOKEN: TOKEN,
      ORCAPOOL_STRATUM_LISTENERS: '1',
      ORCAPOOL_STRATUM_MINDIFFICULTY: '0.000000001',
    },
  });
}

/** From now on for so many slots, with windows as long behind it. */
export function slotsFrom(clock: SlotClock, length: number): RoundSlots {
  const startSlot = clock.now;
  return {
    startSlot,
    endSlot: startSlot + length - 1,
    submissionDeadlineSlot: startSlot + 2 * length,
    auditDeadlineSlot: startSlot + 2 * length + 1_000,
  };
}

export function submissionOf(
  round: number,
  claim: Claim,
  more: { work?: bigint; stake?: bigint } = {},
): string {
  const told = submissionOfTold(BigInt(round), claim, {
    ...{ proofCid: null, storeCid: null, stake: BigInt(STAKE) },
  });
  return encodeSubmission({ ...told, ...more });
}

/** What a task asks about a submission of the first node. */
export function wishOf(round: number, submission: string, slots: RoundSlots, more: object = {}): object {
  return {
    submission,
    submitter: base58.encode(fromHex(KEYS[0])),
    round,
    seed: seedOf(round),
    beacon: null,
    submissionSlot: slots.endSlot + 5,
    deadlineSlot: slots.submissionDeadlineSlot,
    stake: STAKE,
    ...more,
  };
}

/** As the task's shared folder brings a package to the auditor. */
export async function hand(from: PoolProcess, file: string, to: PoolProcess, cid: string): Promise<void> {
  const folder = join(to.datadir, 'packages');
  await mkdir(folder, { recursive: true });
  await copyFile(join(from.datadir, 'claims', file), join(folder, `${cid}.car`));
}
