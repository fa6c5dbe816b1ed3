/**
 * What has to be true of a round of an emulated Koii network once it is paid, whoever cheated in it: said of its
 * record alone, by arithmetic written here and not by the code that made the list.
 */
import type { RoundRecord } from '../../src/localnet/koii/index.js';

export interface ExpectedRound {
  /** Staking keys of the nodes that should have submitted. */
  readonly nodes: readonly string[];
  /** Those that may have missed the round: something was done to them. */
  readonly excused: readonly string[];
  readonly cheat: { readonly key: string; readonly check: number } | null;
  /** Roe. */
  readonly bounty: number;
}

/** Roe of stake and round that can earn by one hash, as docs have it: 2³⁰ hashes a roe. */
const HASHES_PER_ROE = 2n ** 30n;

/** What is wrong with it; empty where everything holds. */
export function wrongsOf(record: RoundRecord, { nodes, excused, cheat, bounty }: ExpectedRound): string[] {
  const wrongs: string[] = [];
  const by = new Map(record.submissions.map((submission) => [submission.submitter, submission]));
  for (const key of nodes) {
    if (!by.has(key) && !excused.includes(key)) wrongs.push(`${key} has submitted nothing`);
  }
  for (const { submitter, work, audits, stands } of record.submissions) {
    const found = audits.filter(({ verdict }) => verdict !== 'abstain').map(({ check }) => check);
    const wanted = submitter === cheat?.key && work !== null ? cheat.check : null;
    if (found.some((check) => check !== wanted)) {
      wrongs.push(`${submitter} was to fail check ${wanted}, and failed ${found.join(', ')}`);
    }
    if (stands !== (wanted === null)) wrongs.push(`${submitter} ${stands ? 'stands' : 'was voted down'}`);
  }
  if (record.payout !== 'PayoutSuccessful') wrongs.push(`its list is ${record.payout ?? 'not there'}`);
  if (record.lists.length !== 1) wrongs.push(`it has ${record.lists.length} lists`);
  for (const { list, votes } of record.lists) {
    if (votes.length > 0)
      wrongs.push(`its list was doubted by ${votes.map(({ voter }) => voter).join(', ')}`);
    const wanted = JSON.stringify(sorted(listOf(record, bounty)));
    if (JSON.stringify(sorted(list)) !== wanted) wrongs.push(`its list is not ${wanted}`);
  }
  return wrongs;
}

/** By work of what stands, capped by stake, rounded down; seven tenths of the stated stake from who is slashed. */
function listOf({ submissions }: RoundRecord, bounty: number): Record<string, number> {
  const stakeOf = (value: string): bigint => BigInt(value.split('|')[10] ?? 0);
  const weights = submissions.map(({ work, stands, value }) => {
    if (work === null || !stands) return 0n;
    const most = stakeOf(value) * HASHES_PER_ROE;
    return BigInt(work) < most ? BigInt(work) : most;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  return Object.fromEntries(
    submissions.map(({ submitter, is_slashed, value }, i) => {
      if (is_slashed) return [submitter, -Number((stakeOf(value) * 7n) / 10n)];
      return [submitter, total === 0n ? 0 : Number((BigInt(bounty) * weights[i]!) / total)];
    }),
  );
}

function sorted(list: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(list).sort(([a], [b]) => (a < b ? -1 : 1));
}
