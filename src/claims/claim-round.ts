/**
 * One round's shares, as the log gives them, made into the claim. The log is believed: a share's hash is taken from
 * it, and whether the work is true is the auditors' business (an operator's own check is `orcapool verify shares`).
 */
import { equalBytes } from '../lib/index.js';
import type { CoinbaseShape, JobTemplate, Payout, RoundBinding, ShareRecord } from '../mining/index.js';
import { type BuiltClaim, ClaimDraft, type ReceiptAppointment } from '../rounds/index.js';

/** A share with what its rows say; equal rows give the same objects, or making the claim takes longer. */
export interface LoggedShare {
  readonly record: ShareRecord;
  /** Internal order. */
  readonly hash: Uint8Array;
  readonly job: {
    readonly template: JobTemplate;
    readonly shape: CoinbaseShape;
    readonly binding: RoundBinding;
  };
  readonly payout: Payout;
  readonly signature: Uint8Array;
}

export interface RoundClaim {
  /** Null for a round without shares. */
  readonly built: BuiltClaim | null;
  /** The highest block that shares were mined on; null without shares. */
  readonly tip: { readonly height: number; readonly hash: Uint8Array } | null;
  /** Shares whose commitment names another task, node, seed or reserve: they belong to no claim of this one. */
  readonly leftOut: number;
}

/** Numbers that a draft gave, by the object they were given for. */
class Numbers<Key extends object> {
  private readonly known = new Map<Key, number>();

  constructor(private readonly number: (key: Key) => number) {}

  of(key: Key): number {
    let number = this.known.get(key);
    if (number === undefined) {
      number = this.number(key);
      this.known.set(key, number);
    }
    return number;
  }
}

function isSame(a: RoundBinding, b: RoundBinding): boolean {
  return (
    a.round === b.round &&
    equalBytes(a.taskId, b.taskId) &&
    equalBytes(a.nodeKey, b.nodeKey) &&
    equalBytes(a.seed, b.seed) &&
    equalBytes(a.reserveScript, b.reserveScript)
  );
}

/** Throws what `ClaimDraft` and the reading of `shares` throw. */
export function claimRound(
  binding: RoundBinding,
  appointment: ReceiptAppointment | null,
  shares: Iterable<LoggedShare>,
): RoundClaim {
  const draft = new ClaimDraft(binding, appointment);
  const jobs = new Numbers<LoggedShare['job']>(({ template, shape }) => draft.job(template, shape));
  const miners = new Numbers<Payout>((payout) => draft.miner(payout));
  const signatures = new Numbers<Uint8Array>((bytes) => draft.signature(bytes));
  const bindings = new Map<LoggedShare['job'], boolean>();
  let tip: JobTemplate | null = null;
  let leftOut = 0;
  for (const { record, hash, job, payout, signature } of shares) {
    let belongs = bindings.get(job);
    if (belongs === undefined) {
      belongs = isSame(job.binding, binding);
      bindings.set(job, belongs);
    }
    if (!belongs) {
      leftOut++;
      continue;
    }
    if (tip === null || job.template.height > tip.height) tip = job.template;
    draft.add(
      {
        ...record,
        job: jobs.of(job),
        miner: miners.of(payout),
        signature: signatures.of(signature),
      },
      hash,
    );
  }
  if (tip === null) return { built: null, tip: null, leftOut };
  return { built: draft.finish(), tip: { height: tip.height - 1, hash: tip.prevHash }, leftOut };
}
