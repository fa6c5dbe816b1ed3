/**
 * The stake that a node states with its claim. Auditors hold it against the chain's at the time of their audit, so what
 * an earlier list will still take, because its payout is late, is not stated any more.
 */
import type { KoiiNode } from '../koii/koii-node.js';
import { listOfRound } from './list-of-round.js';

/**
 * A claim's round less that of the lists which may be paid between the claim and its audit; later ones cannot be. A list
 * may come three rounds late, when those before it have failed, and be paid a round later still.
 */
const LATE_LISTS = [2, 3, 4, 5, 6];

/** Roe; `bounty`: of a round. Throws `KoiiNodeError`. */
export async function statedStake(
  node: KoiiNode,
  bounty: number,
  address: string,
  round: number,
): Promise<bigint> {
  const rounds = LATE_LISTS.map((back) => round - back).filter((each) => each >= 0);
  const owed = await Promise.all(rounds.map((each) => unpaidSlash(node, bounty, address, each)));
  // Read after what is owed: a list that is paid in between is taken off twice, which no auditor minds.
  const { stake_list } = await node.taskState({ stakes: true });
  const stake = owed.reduce((left, slash) => left - slash, BigInt(stake_list[address] ?? 0));
  return stake > 0n ? stake : 0n;
}

async function unpaidSlash(node: KoiiNode, bounty: number, address: string, round: number): Promise<bigint> {
  const info = await node.distributionInfo(round);
  if (info?.distributions_audit_record[round] === 'PayoutSuccessful') return 0n;
  const amount = BigInt((await listOfRound(node, bounty, round))?.[address] ?? 0);
  return amount < 0n ? -amount : 0n;
}
