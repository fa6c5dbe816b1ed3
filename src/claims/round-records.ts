/** A round's logged shares as the records that its draft has of them, or why one of them is in no claim. */
import { equalBytes, toDisplayHex } from '../lib/index.js';
import type { CoinbaseShape, JobTemplate, Payout, RoundBinding, ShareRecord } from '../mining/index.js';
import { ClaimDraft, type ReceiptAppointment } from '../rounds/index.js';

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

  forget(): void {
    this.known.clear();
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

/** Gives each share of a round the record that the round's draft has of it: always the same, in whatever order it is asked. */
export class RoundRecords {
  readonly draft: ClaimDraft;
  private readonly jobs: Numbers<LoggedShare['job']>;
  private readonly miners: Numbers<Payout>;
  private readonly signatures: Numbers<Uint8Array>;
  private readonly faults = new Map<LoggedShare['job'], 'foreign' | 'offChain' | null>();

  /** `lost`: blocks whose shares are left out, display order. */
  constructor(
    private readonly binding: RoundBinding,
    appointment: ReceiptAppointment | null,
    private lost: readonly string[],
  ) {
    const draft = new ClaimDraft(binding, appointment);
    this.draft = draft;
    this.jobs = new Numbers(({ template, shape }) => draft.job(template, shape));
    this.miners = new Numbers((payout) => draft.miner(payout));
    this.signatures = new Numbers((bytes) => draft.signature(bytes));
  }

  /** Another reading gives other objects for the same rows; those of the last one are not kept beside them. */
  beginReading(): void {
    for (const numbers of [this.jobs, this.miners, this.signatures]) numbers.forget();
    this.faults.clear();
  }

  /** For the next reading. */
  leaveOut(lost: readonly string[]): void {
    this.lost = lost;
  }

  /** Or why the share is in no claim. */
  of({ record, job, payout, signature }: LoggedShare): ShareRecord | 'foreign' | 'offChain' {
    let fault = this.faults.get(job);
    if (fault === undefined) {
      fault = this.faultOf(job);
      this.faults.set(job, fault);
    }
    if (fault !== null) return fault;
    const { jobs, miners, signatures } = this;
    return {
      ...record,
      job: jobs.of(job),
      miner: miners.of(payout),
      signature: signatures.of(signature),
    };
  }

  private faultOf({ binding, template }: LoggedShare['job']): 'foreign' | 'offChain' | null {
    if (!isSame(binding, this.binding)) return 'foreign';
    return this.lost.includes(toDisplayHex(template.prevHash)) ? 'offChain' : null;
  }
}
