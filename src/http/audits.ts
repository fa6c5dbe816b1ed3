/** `GET /api/v1/rounds/:round/audits`: how this node judged the submissions of a round, and by what. */
import type { Request, Response } from 'express';
import { roundNumber } from './round-number.js';

export interface AuditView {
  /** K2 address. */
  readonly submitter: string;
  readonly submission: string;
  readonly auditedMs: number;
  /** As `orcapool audit --json` prints it: verdict, checks, evidence. */
  readonly report: object;
}

export interface AuditReader {
  /** Empty for a round in which this node audited nobody. */
  audits(round: bigint): readonly AuditView[];
}

export function auditsRoute(reader: AuditReader | null) {
  return (request: Request, response: Response): void => {
    response.json(auditsOf(reader, roundNumber(request.params.round)));
  };
}

export function auditsOf(reader: AuditReader | null, round: bigint): object {
  const audits = reader?.audits(round) ?? [];
  return {
    round_number: Number(round),
    audits: audits.map(({ submitter, submission, auditedMs, report }) => ({
      submitter,
      submission,
      audited_at: new Date(auditedMs).toISOString(),
      report,
    })),
  };
}
