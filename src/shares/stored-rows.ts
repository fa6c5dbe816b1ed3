/**
 * The rows of a shard that shares name by number: jobs with what they are made of, payouts, signatures, workers. They
 * never change once written, so those read last are remembered. What is not what its digest says is none of them.
 */
import type { Database, Statement } from 'better-sqlite3';
import { errorMessage } from '../lib/index.js';
import {
  type CoinbaseShape,
  decodeBinding,
  decodeJobTemplate,
  decodePayout,
  decodeShape,
  type JobTemplate,
  type Payout,
  type RoundBinding,
} from '../mining/index.js';
import { type ContentTable, isStanding, notStanding } from './contents.js';
import { ShardAlteredError } from './storage-fault.js';

export interface StoredJob {
  readonly template: JobTemplate;
  readonly shape: CoinbaseShape;
  readonly binding: RoundBinding;
}

export interface StoredWorker {
  readonly miner: number;
  readonly name: string;
}

interface ContentRow {
  readonly digest: unknown;
  readonly bytes: Uint8Array;
}

/** Of each kind. */
const MOST_REMEMBERED = 10_000;

export class StoredRows {
  private readonly jobs = new Map<number, StoredJob>();
  private readonly payouts = new Map<number, Payout>();
  private readonly workers = new Map<number, StoredWorker>();
  private readonly signatures = new Map<number, Uint8Array>();
  private readonly statements = new Map<string, Statement>();

  constructor(private readonly database: Database) {}

  /** Reads all anew from now on. */
  forget(): void {
    for (const known of [this.jobs, this.payouts, this.workers, this.signatures]) known.clear();
  }

  /** Null when the row, or one it points to, is missing; so too below. Throws `ShardAlteredError`. */
  job(id: number): StoredJob | null {
    return remembered(this.jobs, id, () => {
      const row = this.row<{ template: number; shape: number; binding: number }>(
        'SELECT template, shape, binding FROM jobs WHERE id = ?',
        id,
      );
      if (row === null) return null;
      const template = this.content('templates', row.template);
      const shape = this.content('shapes', row.shape);
      const binding = this.content('bindings', row.binding);
      if (template === null || shape === null || binding === null) return null;
      return {
        template: decoded(`template ${row.template}`, template, decodeJobTemplate),
        shape: decoded(`shape ${row.shape}`, shape, decodeShape),
        binding: decoded(`binding ${row.binding}`, binding, decodeBinding),
      };
    });
  }

  /** `miner`: its row's number. */
  payout(miner: number): Payout | null {
    return remembered(this.payouts, miner, () => {
      const bytes = this.content('miners', miner);
      return bytes === null ? null : decoded(`miner ${miner}`, bytes, decodePayout);
    });
  }

  /** The miner's row; null as above. */
  minerOf(worker: number): number | null {
    return this.row<{ miner: number }>('SELECT miner FROM workers WHERE id = ?', worker)?.miner ?? null;
  }

  /** Whether the miner's row is there. Throws `ShardAlteredError` where it is not what its digest says. */
  hasMiner(miner: number): boolean {
    return this.content('miners', miner) !== null;
  }

  signature(id: number): Uint8Array | null {
    return remembered(this.signatures, id, () => this.content('signatures', id));
  }

  worker(id: number): StoredWorker | null {
    return remembered(this.workers, id, () =>
      this.row<StoredWorker>('SELECT miner, name FROM workers WHERE id = ?', id),
    );
  }

  private content(table: ContentTable, id: number): Uint8Array | null {
    const row = this.row<ContentRow>(`SELECT digest, bytes FROM ${table} WHERE id = ?`, id);
    if (row === null) return null;
    if (!isStanding(table, id, row.digest, row.bytes)) throw notStanding(table, id);
    return Uint8Array.from(row.bytes);
  }

  private row<Row>(sql: string, id: number): Row | null {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      this.statements.set(sql, statement);
    }
    return (statement.get(id) as Row | undefined) ?? null;
  }
}

function remembered<Value>(known: Map<number, Value>, id: number, read: () => Value | null): Value | null {
  const value = known.get(id) ?? read();
  if (value !== null) {
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(id, value);
  }
  return value;
}

/** What `decode` makes of a row's bytes. Throws `ShardAlteredError`. */
function decoded<Value>(what: string, bytes: Uint8Array, decode: (bytes: Uint8Array) => Value): Value {
  try {
    return decode(bytes);
  } catch (error) {
    throw new ShardAlteredError('SHARD_ALTERED', `${what} cannot be read: ${errorMessage(error)}`, {}, error);
  }
}
