/** What an audit comes to. Everything in it can be written as JSON but `weight` and `proven`, which are numbers of work. */
import type { BlocksFound } from './audit-subject.js';
import { CHECKS, type CheckName } from './check-list.js';
import type { Evidence, Finding } from './finding.js';

export type Verdict =
  | { readonly kind: 'valid' }
  /** `check`: its number. */
  | { readonly kind: 'invalid'; readonly check: number; readonly evidence: Evidence }
  | { readonly kind: 'abstain'; readonly reason: string };

export type CheckOutcome = Finding['kind'] | 'not-reached';

export interface AuditReport {
  readonly verdict: Verdict;
  readonly suspects: readonly { readonly check: number; readonly evidence: Evidence }[];
  /** All of them, in their order; `why` where there is more to say. */
  readonly checks: readonly {
    readonly no: number;
    readonly name: string;
    readonly outcome: CheckOutcome;
    readonly why: Evidence | string | null;
  }[];
  /** Verified work to weigh: of this claim, if it is a full one, and `proven`. 0 unless the verdict is valid. */
  readonly weight: bigint;
  /** The part of `weight` that is the sampled claim of the round before. */
  readonly proven: bigint;
  /**
   * That this claim's own work should have found and did, as far as this observer knows; null without a valid verdict,
   * for a claim without records, and where it knows nothing.
   */
  readonly blocks: BlocksFound | null;
}

/** What an audit has found to be there. */
export interface AuditedWork {
  /** Of the claim, if it is a full one. */
  readonly own: bigint;
  /** Of the sampled claim of the round before. */
  readonly proven: bigint;
  readonly blocks: BlocksFound | null;
}

/** Findings as they come. */
export class Findings {
  private readonly byName = new Map<string, Finding>();

  /** False after a failure: nothing behind it matters. */
  note(check: CheckName, finding: Finding): boolean {
    this.byName.set(check, finding);
    return finding.kind !== 'failed';
  }

  /** Each in turn, to the first failure; false after one. */
  inTurn(checks: readonly (readonly [CheckName, () => Finding])[]): boolean {
    return checks.every(([check, examine]) => this.note(check, examine()));
  }

  of(check: CheckName): Finding | undefined {
    return this.byName.get(check);
  }

  /** Of the first check that failed, else of the first that is unknown, else valid. */
  verdict(): Verdict {
    let verdict: Verdict = { kind: 'valid' };
    for (const { no, name } of CHECKS) {
      const finding = this.byName.get(name);
      if (finding?.kind === 'failed') return { kind: 'invalid', check: no, evidence: finding.evidence };
      if (finding?.kind === 'unknown' && verdict.kind === 'valid') {
        verdict = { kind: 'abstain', reason: `${name}: ${finding.reason}` };
      }
    }
    return verdict;
  }

  report(verdict: Verdict, { own, proven, blocks }: AuditedWork): AuditReport {
    const isValid = verdict.kind === 'valid';
    return {
      verdict,
      suspects: CHECKS.flatMap(({ no, name }) => {
        const finding = this.byName.get(name);
        return finding?.kind === 'suspect' ? [{ check: no, evidence: finding.evidence }] : [];
      }),
      checks: CHECKS.map(({ no, name }) => {
        const finding = this.byName.get(name);
        return { no, name, outcome: finding?.kind ?? 'not-reached', why: whyOf(finding) };
      }),
      weight: isValid ? own + proven : 0n,
      proven: isValid ? proven : 0n,
      blocks: isValid ? blocks : null,
    };
  }
}

function whyOf(finding: Finding | undefined): Evidence | string | null {
  if (finding === undefined || finding.kind === 'passed') return null;
  return 'reason' in finding ? finding.reason : finding.evidence;
}
