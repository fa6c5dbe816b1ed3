/**
 * Makes `POST /submission` idempotent by `submission_id`: the same id with the same body gets the first answer
 * again (also while that is still being worked out), with another body it is refused. The oldest are forgotten;
 * a share sent again after that is found a duplicate like any other.
 */
import { createHash } from 'node:crypto';
import { HttpError } from './http-error.js';

interface Entry<Answer> {
  readonly fingerprint: string;
  readonly answer: Promise<Answer>;
}

export class SubmissionMemory<Answer> {
  private readonly entries = new Map<string, Entry<Answer>>();

  constructor(
    private readonly capacity: number,
    /** Answers worth keeping; a caller may try again what failed for the pool's own reasons. */
    private readonly isFinal: (answer: Answer) => boolean,
  ) {}

  /** Throws `HttpError` SUBMISSION_ID_REUSED. `body`: everything the answer depends on, canonical. */
  async once(id: string, body: string, work: () => Promise<Answer>): Promise<Answer> {
    const fingerprint = createHash('sha256').update(body).digest('hex');
    const known = this.entries.get(id);
    if (known === undefined) return this.remember(id, fingerprint, work());
    if (known.fingerprint !== fingerprint) {
      throw new HttpError(
        409,
        'SUBMISSION_ID_REUSED',
        'this submission_id was used for another share',
        'Give every share its own submission_id; repeat one only with the same body.',
      );
    }
    this.entries.delete(id);
    this.entries.set(id, known);
    return known.answer;
  }

  private async remember(id: string, fingerprint: string, answer: Promise<Answer>): Promise<Answer> {
    const entry = { fingerprint, answer };
    this.entries.set(id, entry);
    if (this.entries.size > this.capacity) this.entries.delete(this.entries.keys().next().value!);
    const forget = (): void => {
      if (this.entries.get(id) === entry) this.entries.delete(id);
    };
    try {
      const settled = await answer;
      if (!this.isFinal(settled)) forget();
      return settled;
    } catch (error) {
      forget();
      throw error;
    }
  }
}
