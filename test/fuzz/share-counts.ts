/**
 * That every share is counted once and everywhere alike: what the miner submitted is what the listener counted, and
 * log, events and metrics count the same. Figures are those since `ShareCounts` was made.
 */
import type { ShareOutcome } from '../../src/stratum/index.js';
import type { AnswersOwed } from './answers-owed.js';
import { check } from './finding.js';
import type { FuzzSink } from './fuzz-sink.js';

export type Counts = Readonly<Record<ShareOutcome, number>>;

/** The code of each refusal; an invalid share is 20 for what is wrong in it, 24 and 25 for whose it is. */
const CODES: Readonly<Record<string, readonly ShareOutcome[]>> = {
  true: ['accepted', 'uncredited'],
  21: ['stale'],
  22: ['duplicate'],
  23: ['low-difficulty'],
};

export class ShareCounts {
  private readonly before: Counts;

  constructor(
    private readonly counts: () => Counts,
    private readonly sink: FuzzSink,
  ) {
    this.before = { ...counts() };
  }

  get submitted(): number {
    return total(this.counts()) - total(this.before);
  }

  since(outcome: ShareOutcome): number {
    return this.counts()[outcome] - this.before[outcome];
  }

  /** `isExact`: every line has been read; otherwise there may be fewer. */
  judge(owed: AnswersOwed, isExact: boolean): void {
    const { submitted } = this;
    check(this.sink.fault === null, 'counts', String(this.sink.fault));
    const most = owed.submits + owed.submitsPerhaps;
    const inBounds = submitted <= most && (!isExact || submitted >= owed.submits);
    check(
      inBounds,
      'counts',
      `${submitted} shares are counted where ${owed.submits} to ${most} were submitted`,
    );
    const now = this.counts();
    for (const outcome of Object.keys(now) as ShareOutcome[]) {
      const logged = this.sink.logged[outcome] ?? 0;
      const metered = this.sink.metered[outcome] ?? 0;
      check(
        now[outcome] === logged && now[outcome] === metered,
        'counts',
        `${now[outcome]} ${outcome} shares in the listener, ${logged} in the log, ${metered} in the metrics`,
      );
    }
    const { block_found: told = 0, 'handed on': handedOn = 0 } = this.sink.events;
    check(told === handedOn, 'counts', `${told} events of blocks, of which ${handedOn} were handed on`);
    const events = this.sink.events.share_submitted ?? 0;
    check(events === total(now), 'counts', `${total(now)} shares, and ${events} events of them`);
  }

  /** Only where all are answered in the order they came. */
  judgeVerdicts(owed: AnswersOwed): void {
    for (const [verdict, outcomes] of Object.entries(CODES)) {
      const counted = outcomes.reduce((sum, outcome) => sum + this.since(outcome), 0);
      const said = owed.verdicts.get(verdict) ?? 0;
      check(
        said === counted,
        'counts',
        `${said} shares were answered ${verdict}, ${counted} are counted ${outcomes}`,
      );
    }
  }
}

function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0);
}
