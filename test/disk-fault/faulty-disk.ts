/**
 * A disk whose faults a test switches on and off while a program runs on it: `faulty-disk.c`, compiled here by the
 * machine's C compiler and loaded into the program through its environment.
 */
import { execFile } from 'node:child_process';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CodedError, errorCode, errorMessage } from '../../src/lib/index.js';

// Sources in C are not copied to build/.
const SOURCE = fileURLToPath(new URL('../../../test/disk-fault/faulty-disk.c', import.meta.url));
const COMPILERS = process.env.CC ? [process.env.CC] : ['cc', 'gcc', 'clang'];

export type DiskFault = 'full' | 'read-only' | 'io-error' | 'sync-error' | `slow ${number}`;

export class FaultyDiskError extends CodedError<'NO_COMPILER' | 'NOT_COMPILED'> {}

export class FaultyDisk {
  private constructor(
    private readonly library: string,
    private readonly control: string,
    private readonly path: string,
  ) {}

  /** `folder`: for the library, outlives every user of it. `path`: a text in the paths of the files that are meant; with $ behind it, at their end. */
  static async make(folder: string, path: string): Promise<FaultyDisk> {
    const library = join(folder, 'faulty-disk.so');
    await compile(library);
    return new FaultyDisk(library, join(folder, 'fault'), path);
  }

  /** For the program, and what it starts. */
  get env(): Readonly<Record<string, string>> {
    return { LD_PRELOAD: this.library, FAULTY_DISK_CONTROL: this.control, FAULTY_DISK_PATH: this.path };
  }

  /** Null: well again. From the next call on. */
  async set(fault: DiskFault | null): Promise<void> {
    // Renamed, so that nobody reads half of it.
    await writeFile(`${this.control}.next`, fault ?? '');
    await rename(`${this.control}.next`, this.control);
  }
}

async function compile(library: string): Promise<void> {
  for (const compiler of COMPILERS) {
    try {
      await promisify(execFile)(compiler, [
        ...['-O2', '-fPIC', '-shared', '-Wall', '-Wextra'],
        ...['-o', library, SOURCE, '-ldl'],
      ]);
      return;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') continue;
      throw new FaultyDiskError('NOT_COMPILED', `${compiler}: ${errorMessage(error)}`, {}, error);
    }
  }
  throw new FaultyDiskError(
    'NO_COMPILER',
    `this test compiles a library and found no C compiler (${COMPILERS.join(', ')}): apt-get install gcc libc6-dev`,
  );
}
