/**
 * What a power cut takes of files on a `FaultyDisk` that keeps an undo: everything that was written since their last sync,
 * in whatever order. (A real disk may keep some of it.) Names of files are not taken back, and SQLite's -shm is gone, as
 * memory is.
 */
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';

const HEAD_BYTES = 32;
const UNDO = '.undo';

export class PowerCut {
  constructor(private readonly undo: string) {
    mkdirSync(undo, { recursive: true });
  }

  /** For the program, beside the disk's. */
  get env(): Readonly<Record<string, string>> {
    return { FAULTY_DISK_UNDO: this.undo };
  }

  /** Of files in `folder`, whose processes were killed. Returns how many writes were lost. */
  take(folder: string): number {
    let lost = 0;
    for (const name of readdirSync(this.undo)) {
      const path = join(folder, basename(name, UNDO));
      if (existsSync(path)) lost += undone(path, readFileSync(join(this.undo, name)));
      rmSync(join(this.undo, name));
    }
    for (const name of readdirSync(folder).filter((each) => each.endsWith('-shm')))
      rmSync(join(folder, name));
    return lost;
  }
}

function undone(path: string, log: Buffer): number {
  const places: number[] = [];
  for (let at = 0; at + HEAD_BYTES <= log.length; at += HEAD_BYTES + Number(log.readBigInt64LE(at + 16))) {
    places.push(at);
  }
  const file = openSync(path, 'r+');
  try {
    for (const place of places.reverse()) {
      const there = Number(log.readBigInt64LE(place + 16));
      if (there > 0) {
        writeSync(file, log, place + HEAD_BYTES, there, Number(log.readBigInt64LE(place)));
      }
      ftruncateSync(file, Number(log.readBigInt64LE(place + 24)));
    }
  } finally {
    closeSync(file);
  }
  return places.length;
}
