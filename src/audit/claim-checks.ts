/** Checks 7 to 11 and 13: the claim against the submission, its round and its node; and whom its miners are. */
import { encodeAddress, type Network } from '../bitcoin/index.js';
import { equalBytes, toHex } from '../lib/index.js';
import { appointmentMessage, type ClaimPackage, type ClaimSubmission } from '../rounds/index.js';
import type { RoundUnderAudit, VerifySignature } from './audit-subject.js';
import { type Finding, failed, overAll, PASSED, skipped } from './finding.js';

export function claimRootIs({ root }: ClaimPackage, submission: ClaimSubmission): Finding {
  if (equalBytes(root, submission.root)) return PASSED;
  return failed(`root ${toHex(submission.root)}`, `root ${toHex(root)}`);
}

export function claimFigures({ claim }: ClaimPackage, { work, count, miners }: ClaimSubmission): Finding {
  if (claim.total === work && claim.count === count && claim.miners === miners) return PASSED;
  return failed(
    `${work} work of ${count} shares of ${miners} miners`,
    `${claim.total} work of ${claim.count} shares of ${claim.miners} miners`,
  );
}

export function claimBinding(
  { binding }: ClaimPackage,
  { taskId, round, seed }: RoundUnderAudit,
  submitter: Uint8Array,
): Finding {
  if (binding.round !== round) return failed(`round ${round}`, `round ${binding.round}`);
  const fields = [
    ['task', taskId, binding.taskId],
    ['node key', submitter, binding.nodeKey],
    ['seed', seed, binding.seed],
  ] as const;
  return overAll(fields, ([name, expected, found]) =>
    equalBytes(expected, found) ? PASSED : failed(`${name} ${toHex(expected)}`, `${name} ${toHex(found)}`),
  );
}

export function reserveEpoch({ binding }: ClaimPackage, { round, reserveEpochs }: RoundUnderAudit): Finding {
  const open = reserveEpochs.filter(({ firstRound, lastRound }) => firstRound <= round && round <= lastRound);
  if (open.some(({ script }) => equalBytes(script, binding.reserveScript))) return PASSED;
  return failed(
    `the script of ${open.map(({ epoch, script }) => `epoch ${epoch}, ${toHex(script)}`).join('; or of ') || 'no epoch'}`,
    toHex(binding.reserveScript),
  );
}

export function receiptKey(
  { binding, appointment }: ClaimPackage,
  { round }: RoundUnderAudit,
  verify: VerifySignature,
): Finding {
  if (appointment === null) return skipped('the package appoints no receipt key');
  const { fromRound, signature } = appointment;
  if (fromRound > round) return failed(`a key for round ${round}`, `a key from round ${fromRound}`);
  const message = appointmentMessage(binding.taskId, binding.nodeKey, appointment);
  if (verify(binding.nodeKey, message, signature)) return PASSED;
  return failed(`a signature by ${toHex(binding.nodeKey)}`, toHex(signature), { message: toHex(message) });
}

export function payoutForm({ tables }: ClaimPackage, network: Network): Finding {
  return overAll(tables.miners, ({ payout, minerId }) => {
    if (payout.type === 'k2' || encodeAddress(payout.script, network) !== null) return PASSED;
    return failed('a script of a known type', toHex(payout.script), { miner: toHex(minerId) });
  });
}
