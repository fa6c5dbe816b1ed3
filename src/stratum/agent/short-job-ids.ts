/**
 * A farm agent's jobs: its frames have one byte for a job's id, which its notify spells as a decimal number. So ids come
 * round after 256 jobs, and what is then submitted for the older job of two is judged as a share of the newer one. An
 * agent's next connection goes on with them, and one that has none begins anywhere: its machines go on with the jobs that
 * they had.
 */
const IDS = 256;
/** Odd, so that all are met. */
const APART = 89;
const SPELLED = /^\d{1,3}$/;
/** Measured on the safe side. */
const ENTRY_BYTES = 100;

export interface ShortJob {
  /** As it is on any other miner's wire. */
  readonly id: string;
  /** The header time in the notify, seconds. */
  readonly time: number;
}

export class ShortJobIds {
  private readonly given = new Map<number, ShortJob>();
  private next: number;

  /** `connection`: a number that rises from one to the next; they begin far apart. */
  constructor(connection: number) {
    this.next = (APART * connection) % IDS;
  }

  get stateBytes(): number {
    return this.given.size * ENTRY_BYTES;
  }

  /** The id for its notify. */
  give({ id, time }: ShortJob): string {
    const short = this.next;
    this.given.set(short, { id, time });
    this.next = (short + 1) % IDS;
    return String(short);
  }

  /** By what a line says. */
  spelled(text: string): ShortJob | null {
    return SPELLED.test(text) ? this.find(Number(text)) : null;
  }

  /** Null for one that was not given. */
  find(short: number): ShortJob | null {
    return this.given.get(short) ?? null;
  }
}
