/** How a node judged others: one file a submission, in a folder a round, so that a verdict can be defended later. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setAside, tellsNoFile, writeDurably } from '../disk/index.js';
import { errorCode, oneByOne } from '../lib/index.js';

export interface AuditRecord {
  /** K2 address. */
  readonly submitter: string;
  readonly submission: string;
  readonly submissionSlot: string;
  readonly deadlineSlot: string;
  readonly stake: string;
  readonly auditedMs: number;
  /** As JSON has it; `verdict.kind` says what came of it. */
  readonly report: { readonly verdict: { readonly kind: 'valid' | 'invalid' | 'abstain' } };
}

/** Far more than anybody asks about. */
const KEPT_ROUNDS = 256;
const ROUND = /^\d{1,20}$/;

export class AuditStore {
  private readonly inTurn = oneByOne();

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** Resolves once it is on disk; the last audit of a submitter is the one that is kept. */
  put(round: bigint, record: AuditRecord): Promise<void> {
    return this.inTurn(() => this.write(round, record));
  }

  private async write(round: bigint, record: AuditRecord): Promise<void> {
    const folder = join(this.folder, String(round));
    await mkdir(folder, { recursive: true });
    await writeDurably(folder, `${record.submitter}.json`, `${JSON.stringify(record, null, 1)}\n`);
    const rounds = (await readdir(this.folder)).filter((name) => ROUND.test(name));
    if (rounds.length <= KEPT_ROUNDS) return;
    const [oldest] = rounds.map(BigInt).sort((a, b) => (a < b ? -1 : 1));
    await rm(join(this.folder, String(oldest)), { recursive: true, force: true });
  }

  /** Null for a submitter that was not audited. */
  get(round: bigint, submitter: string): AuditRecord | null {
    return this.read(join(this.folder, String(round)), `${submitter}.json`);
  }

  all(round: bigint): AuditRecord[] {
    const folder = join(this.folder, String(round));
    let names: string[];
    try {
      names = readdirSync(folder);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
    return names
      .filter((name) => name.endsWith('.json'))
      .sort()
      .flatMap((name) => this.read(folder, name) ?? []);
  }

  private read(folder: string, name: string): AuditRecord | null {
    try {
      return JSON.parse(readFileSync(join(folder, name), 'utf8')) as AuditRecord;
    } catch (error) {
      // What cannot be read is as good as never audited: an audit can be made again.
      if (errorCode(error) === 'ENOENT' || error instanceof SyntaxError) return null;
      if (!tellsNoFile(error)) throw error;
      // Or the next one could not be written.
      setAside(folder, name);
      return null;
    }
  }
}
