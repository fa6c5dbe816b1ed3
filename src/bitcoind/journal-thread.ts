/**
 * The entry of the block journal's thread: opens the file, writes what waits in one transaction, and answers when that
 * is on disk. Its fsyncs stand in nobody's way but that of the next record.
 */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { orphanedLogs } from '../disk/index.js';
import { errorCode, errorMessage } from '../lib/index.js';
import type {
  FromJournal,
  JournalContents,
  JournalFound,
  JournalThreadData,
  ToJournal,
} from './block-journal.js';
import type { JournalDatabase } from './journal-database.js';
import { openJournal } from './open-journal.js';

type Put = Extract<ToJournal, { method: 'put' }>;

class JournalThread {
  constructor(
    private readonly port: MessagePort,
    private readonly database: JournalDatabase,
  ) {
    port.on('message', (first: ToJournal) => this.onMessages(first));
  }

  private onMessages(first: ToJournal): void {
    let puts: Put[] = [];
    for (let message: ToJournal | undefined = first; message !== undefined; message = this.next()) {
      if (message.method === 'put') {
        puts.push(message);
        continue;
      }
      this.write(puts);
      puts = [];
      if (message.method === 'read') this.read(message.id, message.recent);
      else this.close(message.id);
    }
    this.write(puts);
  }

  private next(): ToJournal | undefined {
    return (receiveMessageOnPort(this.port) as { message: ToJournal } | undefined)?.message;
  }

  private write(puts: readonly Put[]): void {
    if (puts.length === 0) return;
    const outcome = attempt(() => {
      const blocks = puts.map(({ block }) => block);
      this.database.put(blocks, puts.at(-1)!.nowMs);
      return null;
    });
    // What is wrong with one block's row, or a disk that takes no more than one, keeps no other waiting.
    if (!outcome.ok && puts.length > 1) for (const put of puts) this.write([put]);
    else for (const { id } of puts) this.answer({ id, ...outcome });
  }

  private read(id: number, recent: number): void {
    const { database } = this;
    const outcome = attempt((): JournalContents => {
      return { open: database.open(), recent: database.recent(recent), hashes: database.hashes() };
    });
    this.answer({ id, ...outcome });
  }

  private close(id: number): void {
    const outcome = attempt(() => {
      this.database.close();
      return null;
    });
    this.answer({ id, ...outcome });
    this.port.close();
  }

  private answer(reply: FromJournal): void {
    this.port.postMessage(reply);
  }
}

type Outcome = FromJournal extends infer Reply ? (Reply extends unknown ? Omit<Reply, 'id'> : never) : never;

function attempt(work: () => unknown): Outcome {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    return { ok: false, code: String(errorCode(error) ?? 'UNKNOWN'), message: errorMessage(error) };
  }
}

const port = parentPort!;
const opened = attempt((): JournalFound => {
  const { file } = workerData as JournalThreadData;
  const { database, damage } = openJournal(file);
  new JournalThread(port, database);
  return { damage, orphans: orphanedLogs(file) };
});
port.postMessage({ id: 0, ...opened } satisfies FromJournal);
