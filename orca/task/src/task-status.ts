/** What the task does and did, for `/status` and for the line a minute in the node's log. */
import type { Clock } from '../../../src/lib/index.js';

interface RoundStatus {
  submission?: string;
  /** By submitter; those without a verdict are not in it. */
  verdicts?: Readonly<Record<string, boolean>>;
  list?: Readonly<Record<string, number>>;
  /** By author: why this node voted false on what was published. */
  falseLists?: Readonly<Record<string, string>>;
}

export interface StatusText {
  readonly round: number | null;
  readonly rounds: Readonly<Record<string, RoundStatus>>;
  readonly problems: readonly { readonly at: string; readonly what: string }[];
}

const KEPT_ROUNDS = 8;
const KEPT_PROBLEMS = 20;
const MOST_CHARACTERS = 300;

export class TaskStatus {
  private readonly rounds = new Map<number, RoundStatus>();
  private readonly problems: { atMs: number; what: string }[] = [];
  /** Being worked in. */
  round: number | null = null;

  constructor(private readonly clock: Clock) {}

  note(round: number, what: RoundStatus): void {
    this.rounds.set(round, { ...this.rounds.get(round), ...what });
    for (const old of this.rounds.keys()) if (old <= round - KEPT_ROUNDS) this.rounds.delete(old);
  }

  /** `why`: by what the list of `author` is another than this node's own. */
  noteFalseList(round: number, author: string, why: string): void {
    this.note(round, { falseLists: { ...this.rounds.get(round)?.falseLists, [author]: why } });
  }

  /** `what` becomes one line of text, and not a long one. */
  problem(what: string): void {
    const line = what.replace(/\s+/g, ' ').slice(0, MOST_CHARACTERS);
    this.problems.push({ atMs: this.clock.nowMs(), what: line });
    if (this.problems.length > KEPT_PROBLEMS) this.problems.shift();
  }

  text(): StatusText {
    return {
      round: this.round,
      rounds: Object.fromEntries(this.rounds),
      problems: this.problems.map(({ atMs, what }) => ({ at: new Date(atMs).toISOString(), what })),
    };
  }

  /** One line; `sinceMs`: problems from then on are counted. */
  line(sinceMs: number): string {
    const [last] = [...this.rounds.keys()]
      .sort((a, b) => b - a)
      .filter((round) => this.rounds.get(round)?.submission);
    const said =
      last === undefined ? 'nothing submitted yet' : `submitted ${this.rounds.get(last)!.submission}`;
    const found = this.problems.filter(({ atMs }) => atMs >= sinceMs);
    const problems =
      found.length === 0 ? 'no problems' : `${found.length} problems, the last: ${found.at(-1)!.what}`;
    return `round ${this.round ?? '-'}; ${said.slice(0, 60)}; ${problems}`;
  }
}
