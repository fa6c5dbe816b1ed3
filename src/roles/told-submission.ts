/** A submission as the node that makes it tells it over HTTP: its own word, before or instead of what stands on K2. */
import { CodedError, errorMessage } from '../lib/index.js';
import { httpBody, isPublicAddress, type Place, PlaceError, resolvePublic } from '../packages/index.js';
import { encodeSubmission, submissionOfTold, type ToldClaim } from '../rounds/index.js';

export class ToldSubmissionError extends CodedError<'AUDIT_SOURCE'> {}

const FETCH_MS = 30_000;
const LONGEST_ANSWER_BYTES = 65_536;

export interface ToldSubmission {
  /** As it would stand on chain. */
  readonly text: string;
  /** Where the node says its package is; null for an idle round. */
  readonly told: Place | null;
}

/** Throws `PlaceError`. */
export async function fetchText(url: URL): Promise<string> {
  const chunks: Uint8Array[] = [];
  const body = httpBody({
    ...{ url, accept: 'application/json', namedHosts: new Set([url.host]) },
    ...{ resolve: resolvePublic, isOpen: isPublicAddress },
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

/** What a node says of its closed round, at `/submission/:round`. Throws `ToldSubmissionError`. */
export async function submissionAt(url: URL): Promise<ToldSubmission> {
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
      throw new ToldSubmissionError('AUDIT_SOURCE', `${url} ${error.message}`, {}, error);
    }
    throw new ToldSubmissionError(
      'AUDIT_SOURCE',
      `${url} tells of no closed round (${errorMessage(error)}): give a node's /submission/<round>, or a submission`,
    );
  }
}
