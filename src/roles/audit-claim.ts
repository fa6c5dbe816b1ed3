/**
 * `orcapool audit`: one submission, held against its package and the chain as our own bitcoind has it. What K2 would
 * say of round, slots and stake is not known here: round and seed are the configuration's, the stake is believed, and
 * the submission counts as in time.
 */
import { join } from 'node:path';
import { type AuditReport, audit, auditOfBytes } from '../audit/index.js';
import { network } from '../bitcoin/index.js';
import { NodeSet, SightingsFile } from '../bitcoind/index.js';
import { isSignedBy } from '../claims/index.js';
import type { AuditWish, ConfigFlags } from '../cli/index.js';
import { CodedError, errorMessage, type Logger, utf8 } from '../lib/index.js';
import { httpBody, type Place, PlaceError, resolvePublic } from '../packages/index.js';
import { decodeSubmission, encodeSubmission, submissionOfTold, type ToldClaim } from '../rounds/index.js';
import {
  type AuditAnswers,
  type AuditedSubmitter,
  AuditQuestions,
  NO_ANSWERS,
  questionsOf,
  SIGHTINGS_FILE,
} from './audit-questions.js';
import type { UnaskedSubject } from './audit-thread.js';
import { auditedPackage, isUrl } from './audited-package.js';
import { k2Address } from './k2-address.js';
import { boundsOfRound, nodeRounds } from './node-rounds.js';
import { configOf } from './read-config.js';
import { systemTimers } from './system-timers.js';

export class AuditClaimError extends CodedError<'AUDIT_SOLO' | 'AUDIT_SOURCE' | 'AUDIT_ROUND'> {}

const FETCH_MS = 30_000;
const LONGEST_ANSWER_BYTES = 65_536;
/** How long a bitcoind may take to be found fit. */
const CHAIN_PATIENCE_MS = 20_000;

async function fetchText(url: URL): Promise<string> {
  const chunks: Uint8Array[] = [];
  const body = httpBody({
    ...{ url, accept: 'application/json', namedHosts: new Set([url.host]), resolve: resolvePublic },
    ...{ maxBytes: LONGEST_ANSWER_BYTES, signal: AbortSignal.timeout(FETCH_MS), onAnswer: () => {} },
  });
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** As `GET /submission/:round` tells it. */
interface ToldRound {
  readonly round_number: number;
  readonly claim: (ToldClaim & { readonly package_url: string }) | null;
}

/** What a node says of its closed round, as the submission it makes, and where it says its package is. */
async function submissionAt(url: URL): Promise<{ text: string; told: Place | null }> {
  try {
    const told = JSON.parse(await fetchText(url)) as ToldRound;
    const round = BigInt(told.round_number);
    const { claim } = told;
    if (claim === null) {
      return { text: encodeSubmission({ kind: 'idle', round, proofCid: null, storeCid: null }), told: null };
    }
    const text = encodeSubmission(
      submissionOfTold(round, claim, { proofCid: null, storeCid: null, stake: 0n }),
    );
    const { href, host } = new URL(claim.package_url, url);
    return { text, told: { url: href, trust: host === url.host ? 'named' : 'foreign' } };
  } catch (error) {
    if (error instanceof PlaceError) {
      throw new AuditClaimError('AUDIT_SOURCE', `${url} ${error.message}`, {}, error);
    }
    throw new AuditClaimError(
      'AUDIT_SOURCE',
      `${url} tells of no closed round (${errorMessage(error)}): give a node's /submission/<round>, or a submission`,
    );
  }
}

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
    before: null,
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
