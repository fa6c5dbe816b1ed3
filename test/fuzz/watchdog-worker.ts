/**
 * The thread that sees an input not end. It writes the input down, makes it smaller as far as that goes with a process
 * for each try, and ends the whole process, whose main thread hears nobody any more.
 */
import { spawnSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { workerData } from 'node:worker_threads';
import { writeInput } from './input.js';
import { minimised } from './minimise.js';
import { BEAT, HEAD_BYTES, LENGTH, type Watched } from './watchdog.js';

/** Of real time, far above what the slowest input takes on a busy machine. */
const STUCK_MS = 20_000;
const LOOK_MS = 1_000;
const TRY_MS = 5_000;
const MINIMISE_MS = 60_000;
const STDERR = 2;
const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));

const shared = workerData as SharedArrayBuffer;
const head = new Int32Array(shared, 0, 2);

function write(name: string, { target, input }: Watched): string {
  return writeInput(name, { about: `Does not end in the ${target}.`, ...input });
}

async function tell(watched: Watched): Promise<void> {
  const name = `hang-${process.pid}`;
  const path = write(name, watched);
  writeSync(STDERR, `hang: an input does not end in the ${watched.target}; making it smaller\n`);
  const hangs = async (input: Watched['input']): Promise<boolean> => {
    write(name, { ...watched, input });
    const { error } = spawnSync(process.execPath, [MAIN, '--replay', path], { timeout: TRY_MS });
    return error !== undefined;
  };
  write(name, { ...watched, input: await minimised(watched.input, hangs, MINIMISE_MS) });
  writeSync(STDERR, `it is in ${path}; replay it with: npm run fuzz -- --replay ${path}\n`);
  process.kill(process.pid, 'SIGKILL');
}

let beat = -1;
let sinceMs = performance.now();
for (;;) {
  Atomics.wait(head, BEAT, beat, LOOK_MS);
  const now = Atomics.load(head, BEAT);
  const length = Atomics.load(head, LENGTH);
  if (now !== beat || length === 0) {
    beat = now;
    sinceMs = performance.now();
    // A beat does not wake this thread, and thousands come in a second.
    Atomics.wait(head, BEAT, now, LOOK_MS);
  } else if (performance.now() - sinceMs > STUCK_MS) {
    const text = Buffer.from(new Uint8Array(shared, HEAD_BYTES, length)).toString();
    await tell(JSON.parse(text) as Watched);
  }
}
