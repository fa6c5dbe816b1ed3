/**
 * `orcapool audit`: one submission, held against its package and the chain as our own bitcoind has it. What K2 would
 * say of round, slots and stake is not known here: round and seed are the configuration's, the stake is believed, the
 * submission counts as in time, and what it proves of the round before is left open.
 */
import { join } from 'node:path';
import { type AuditReport, audit, auditOfBytes } from '../audit/index.js';
import { network } from '../bitcoin/index.js';
import { NodeSet, SightingsFile } from '../bitcoind/index.js';
import { isSignedBy } from '../claims/index.js';
import type { AuditWish, ConfigFlags } from '../cli/index.js';
import { CodedError, type Logger, utf8 } from '../lib/index.js';
import { decodeSubmission } from '../rounds/index.js';
import {
  type AuditAnswers,
  type AuditedSubmitter,
  AuditQuestions,
  NO_ANSWERS,
  SIGHTINGS_FILE,
} from './audit-questions.js';
import type { UnaskedSubject } from './audit-thread.js';
import { auditedPackage, isUrl } from './audited-package.js';
import { questionsOf } from './chain-questions.js';
import { k2Address } from './k2-address.js';
import { boundsOfRound, nodeRounds } from './node-rounds.js';
import { configOf } from './read-config.js';
import { systemTimers } from './system-timers.js';
import { submissionAt } from './told-submission.js';

export class AuditClaimError extends CodedError<'AUDIT_SOLO' | 'AUDIT_ROUND'> {}

/** How long a bitcoind may take to be found fit. */
const CHAIN_PATIENCE_MS = 20_000;

/** `config` is of the pool whose claim it is. Throws a `CodedError`, and what reading files throws. */
export async function auditClaim(flags: ConfigFlags, wish: AuditWish, logger: Logger): Promise<AuditReport> {
  const config = configOf(flags);
  const { pool } = config;
  if (pool.mode === 'solo') {
    throw new AuditClaimError(
      'AUDIT_SOLO',
      'solo mining claims nothing: configure the pool whose claim it is',
    );
  }
  const chain = network(config.network);
  const source = isUrl(wish.submission)
    ? await submissionAt(new URL(wish.submission))
    : { text: wish.submission, told: null };
  const submission = decodeSubmission(source.text.trimEnd());
  const { round } = submission;
  const { gateways } = config.claims;
  const places = { only: wish.package, node: wish.node, told: source.told, gateways };
  const rounds = nodeRounds({ pool, datadir: config.datadir }, chain);
  const binding = rounds.binding(round);
  const bounds = boundsOfRound(rounds, round);
  if (binding === null || bounds === null) {
    throw new AuditClaimError(
      'AUDIT_ROUND',
      `the Koii task has told this node nothing of round ${round}: audit it with the rounds of the clock, or on a node that was there`,
    );
  }
  const subject: UnaskedSubject = {
    claim: {
      submission: utf8(source.text),
      round: {
        ...{ taskId: binding.taskId, round, seed: binding.seed },
        ...{ submissionSlot: 0n, deadlineSlot: 0n, stakeRoe: 2n ** 64n - 1n },
        ...bounds,
      },
      package: await auditedPackage(submission, places, logger),
    },
    submitter: wish.submitter ?? binding.nodeKey,
    network: chain,
    before: 'unknown',
  };
  const decided = auditOfBytes(subject, isSignedBy);
  if (decided !== null) return decided;
  const audited = { submitter: k2Address(subject.submitter), round };
  return audit({ ...subject, ...(await askNode(config, subject, audited, logger)) }, isSignedBy);
}

/** None when no bitcoind is found fit in time. What was observed is what the node of this data directory has written. */
async function askNode(
  { bitcoin, network: name, datadir }: ReturnType<typeof configOf>,
  subject: UnaskedSubject,
  audited: AuditedSubmitter,
  logger: Logger,
): Promise<AuditAnswers> {
  const chain = network(name);
  const nodes = new NodeSet(
    {
      ...{
        endpoints: bitcoin.nodes,
        chain: { ...chain, checkpoint: bitcoin.checkpoint ?? chain.checkpoint },
      },
      ...{ pollMs: bitcoin.pollMs, rpcTimeoutMs: 5_000, maxLagBlocks: 2, maxBehindMs: 60_000 },
      ...{ maxRpcAgeMs: 10_000, failBackMs: 60_000 },
    },
    logger,
    systemTimers,
    null,
  );
  nodes.start();
  try {
    const deadlineMs = systemTimers.nowMs() + CHAIN_PATIENCE_MS;
    while (nodes.active === null && systemTimers.nowMs() < deadlineMs) {
      await new Promise<void>((resolve) => systemTimers.after(50, resolve));
    }
    if (nodes.active === null) return NO_ANSWERS;
    const seen = await SightingsFile.open(join(datadir, SIGHTINGS_FILE), systemTimers, logger);
    const asked = new AuditQuestions(datadir, chain, seen.sightings, logger);
    return await asked.ask(nodes.active.rpc, questionsOf(subject), audited);
  } finally {
    await nodes.stop();
  }
}
