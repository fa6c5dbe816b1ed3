/**
 * The rows of a shard that shares name by number: jobs with what they are made of, payouts, signatures, workers. They
 * never change once written, so those read last are remembered.
 */
import type Database from 'better-sqlite3';
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
import type { ContentTable } from './content-rows.js';
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

/** Of each kind. */
const MOST_REMEMBERED = 10_000;

export class StoredRows {
  private readonly jobs = new Map<number, StoredJob>();
  private readonly payouts = new Map<number, Payout>();
  private readonly workers = new Map<number, StoredWorker>();
  private readonly signatures = new Map<number, Uint8Array>();

  constructor(private readonly database: Database.Database) {}

  /** Null when the row, or one it points to, is missing; so too below. Throws `ShardAlteredError`. */
  job(id: number): StoredJob | null {
    return remembered(this.jobs, id, () => {
      const row = this.database
        .prepare<[number], { template: number; shape: number; binding: number }>(
          'SELECT template, shape, binding FROM jobs WHERE id = ?',
        )
        .get(id);
      if (row === undefined) return null;
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

  signature(id: number): Uint8Array | null {
    return remembered(this.signatures, id, () => this.content('signatures', id));
  }

  worker(id: number): StoredWorker | null {
    const read = () =>
      this.database.prepare<[number], StoredWorker>('SELECT miner, name FROM workers WHERE id = ?').get(id);
    return remembered(this.workers, id, () => read() ?? null);
  }

  private content(table: ContentTable, id: number): Uint8Array | null {
    const row = this.database
      .prepare<[number], { bytes: Uint8Array }>(`SELECT bytes FROM ${table} WHERE id = ?`)
      .get(id);
    return row === undefined ? null : Uint8Array.from(row.bytes);
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
