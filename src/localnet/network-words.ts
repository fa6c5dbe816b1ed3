/**
 * Says in plain words what happens on the emulated Koii network: claims, audits with their checks, votes, lists,
 * payouts, by what can be read at `/emulator/rounds/:round`; and what each node's operator would be told on the
 * desktop. It says each thing once.
 */
import { decodeSubmission, FULL_TIER_SHARES } from '../rounds/index.js';
import type { KoiiNetwork, RecordedSubmission, RoundRecord } from './koii/index.js';

const ROE = 1_000_000_000;

export class NetworkWords {
  private readonly told = new Set<string>();
  /** By node, how many of its operator's notifications. */
  private readonly shown = new Map<string, number>();

  constructor(
    private readonly network: KoiiNetwork,
    private readonly say: (line: string) => void,
  ) {}

  /** To be called again and again. Says what is new. */
  async look(): Promise<void> {
    const { round, listedNow } = this.network.account;
    for (const each of new Set([...listedNow, round - 2, round - 1])) {
      if (each >= 0) this.record(await this.network.round(each));
    }
    this.stakes();
    for (const node of this.network.nodes) this.notifications(node);
  }

  private notifications({ name, koii }: KoiiNetwork['nodes'][number]): void {
    const { notifications } = koii;
    for (const { what, whatToDo } of notifications.slice(this.shown.get(name) ?? 0)) {
      this.say(`node ${name}'s operator is told: ${what}. What to do: ${whatToDo}`);
    }
    this.shown.set(name, notifications.length);
  }

  /** A node that was slashed too often is out, until it stakes more. */
  private stakes(): void {
    const { stakes, task } = this.network.account;
    for (const { name, wallet } of this.network.nodes) {
      const stake = stakes[wallet.address] ?? 0;
      if (stake >= task.minimumStake || this.told.has(`out ${name}`)) continue;
      this.told.add(`out ${name}`);
      this.say(
        `node ${name} has ${koii(stake)} staked and the task asks for ${koii(task.minimumStake)}: it is out`,
      );
    }
  }

  private record(record: RoundRecord): void {
    for (const submission of record.submissions) {
      this.once(record, `claims ${submission.submitter}`, () => this.claim(record, submission));
      this.audits(record, submission);
      this.votes(record, submission);
    }
    for (const { author, list, votes } of record.lists) {
      this.once(
        record,
        `lists ${author}`,
        () => `node ${this.name(author)} publishes who gets what: ${this.amounts(list)}`,
      );
      for (const { voter, is_valid } of votes) {
        this.once(
          record,
          `list ${author} ${voter}`,
          () => `node ${this.name(voter)} finds that list ${is_valid ? 'right' : 'wrong'}`,
        );
      }
    }
    if (record.payout === 'PayoutSuccessful') this.once(record, 'paid', () => 'the list is paid');
    if (record.payout !== 'PayoutFailed') return;
    this.once(
      record,
      `failed ${record.lists.length}`,
      () => 'the list fails: nobody is paid, and another node is to publish one',
    );
  }

  private claim({ round }: RoundRecord, { submitter, value, work, count }: RecordedSubmission): string {
    const node = this.network.nodes.find(({ wallet }) => wallet.address === submitter);
    const name = `node ${this.name(submitter)}`;
    if (work === null || count === null) return `${name} was idle`;
    const cheat = node?.koii.cheat ?? null;
    const submission = decodeSubmission(value);
    const { storeCid, packageCid } = submission as { storeCid: string | null; packageCid: unknown };
    const bytes = storeCid === null ? null : this.network.storage.file(storeCid, `${String(packageCid)}.car`);
    const shown = bytes === null ? 'no package to be seen' : `its package has ${kilobytes(bytes.length)}`;
    const claims = `${name} claims ${count} shares, ${Number(work).toExponential(2)} hashes; ${shown}`;
    if (cheat === null) return claims;
    const isForged = bytes === null || node?.koii.forgedRounds.has(round) === true;
    return `${claims}. It ${isForged ? `cheats: it ${cheat.does}` : 'has nothing to cheat with yet'}`;
  }

  /** Those that are new, together. */
  private audits(record: RoundRecord, { submitter, audits, work, count }: RecordedSubmission): void {
    if (work === null) return;
    const claim = `node ${this.name(submitter)}'s claim`;
    const fresh = audits.filter(({ auditor }) => this.isNew(record, `audit ${submitter} ${auditor}`));
    const by = (kind: 'valid' | 'invalid'): string =>
      fresh
        .filter(({ verdict }) => verdict === kind)
        .map(({ auditor }) => this.named(auditor))
        .join(', ');
    const recomputed =
      Number(count) <= FULL_TIER_SHARES ? `all ${count} shares recomputed` : 'drawn shares recomputed';
    if (by('valid') !== '') this.tell(record, `${claim} is valid, ${recomputed}: ${by('valid')}`);
    const failed = fresh.find(({ verdict }) => verdict === 'invalid');
    if (failed === undefined) return;
    this.tell(record, `${claim} is false by check ${failed.check}, ${failed.check_name}: ${by('invalid')}`);
  }

  private votes(record: RoundRecord, { submitter, votes, is_slashed }: RecordedSubmission): void {
    const fresh = votes.filter(({ voter }) => this.isNew(record, `vote ${submitter} ${voter}`));
    for (const says of [false, true]) {
      const voters = fresh.filter(({ is_valid }) => is_valid === says);
      if (voters.length === 0) continue;
      const names = voters.map(({ voter }) => this.named(voter)).join(', ');
      this.tell(record, `votes ${says} on node ${this.name(submitter)}'s claim: ${names}`);
    }
    if (is_slashed) {
      this.once(
        record,
        `slashed ${submitter}`,
        () =>
          `three or more say false, and they are more than two thirds: node ${this.name(submitter)} is slashed`,
      );
    }
  }

  private amounts(list: Readonly<Record<string, number>>): string {
    return Object.entries(list)
      .map(([key, roe]) => `${this.name(key)} ${roe < 0 ? 'loses' : 'gets'} ${koii(Math.abs(roe))}`)
      .join(', ');
  }

  private name(address: string): string {
    return this.network.nameOf(address);
  }

  private named(address: string): string {
    const name = this.name(address);
    return name.startsWith('auditor') ? name : `node ${name}`;
  }

  private isNew({ round }: RoundRecord, what: string): boolean {
    const key = `${round} ${what}`;
    if (this.told.has(key)) return false;
    this.told.add(key);
    return true;
  }

  private once(record: RoundRecord, what: string, line: () => string): void {
    if (this.isNew(record, what)) this.tell(record, line());
  }

  private tell({ round }: RoundRecord, line: string): void {
    this.say(`round ${round}  ${line}`);
  }
}

function koii(roe: number): string {
  if (roe === 0) return 'nothing';
  return roe < ROE / 1_000 ? `${roe} roe` : `${(roe / ROE).toFixed(3)} KOII`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
