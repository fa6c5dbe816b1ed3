/**
 * A memory limit for a group of processes, as a container has one: a control group of Linux below that of the bench
 * itself, version 1 (`memory.limit_in_bytes`) or 2 (`memory.max`), which takes root. Pages of files count in it too, and
 * are given up first; where that is not enough, the kernel kills.
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOTS = [
  {
    root: '/sys/fs/cgroup/memory',
    line: /^\d+:memory:(.*)$/m,
    limit: 'memory.limit_in_bytes',
    peak: 'memory.max_usage_in_bytes',
    kills: 'memory.oom_control',
  },
  {
    root: '/sys/fs/cgroup',
    line: /^0::(.*)$/m,
    limit: 'memory.max',
    peak: 'memory.peak',
    kills: 'memory.events',
  },
] as const;

type Files = (typeof ROOTS)[number];

export class MemoryLimit {
  private constructor(
    private readonly folder: string,
    private readonly files: Files,
  ) {}

  /** Null where this machine, or this user, has no such groups. */
  static make(bytes: number): MemoryLimit | null {
    const own = existsSync('/proc/self/cgroup') ? readFileSync('/proc/self/cgroup', 'latin1') : '';
    for (const files of ROOTS) {
      const path = files.line.exec(own)?.[1];
      if (path === undefined) continue;
      const folder = join(files.root, path, `orcapool-bench-${process.pid}`);
      try {
        mkdirSync(folder);
      } catch {
        // Not this version, or not root.
        continue;
      }
      const limit = new MemoryLimit(folder, files);
      try {
        writeFileSync(join(folder, files.limit), String(bytes));
        return limit;
      } catch {
        // The controller is not handed down to this group.
        limit.remove();
      }
    }
    return null;
  }

  /** The command that runs `command`, and all it starts, within the limit. */
  within(command: readonly string[]): readonly string[] {
    return [
      '/bin/sh',
      '-c',
      `echo $$ > '${join(this.folder, 'cgroup.procs')}' && exec "$@"`,
      'sh',
      ...command,
    ];
  }

  /** The most that was in use, pages of files included. */
  peakBytes(): number {
    return Number(readFileSync(join(this.folder, this.files.peak), 'latin1'));
  }

  /** Processes that the kernel killed for want of memory. */
  kills(): number {
    const text = readFileSync(join(this.folder, this.files.kills), 'latin1');
    return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
  }

  /** After its processes have ended. */
  remove(): void {
    rmdirSync(this.folder);
  }
}
