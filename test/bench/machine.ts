/** What the figures were measured on: without it they mean nothing. */
import { readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

// Numbers of linux/magic.h.
const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  61267: 'ext4',
  16914836: 'tmpfs, where a sync costs nothing',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  2035054128: 'overlay',
};

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** Of the folder the bench writes into. */
  readonly fileSystem: string;
}

export function describeMachine(folder: string): Machine {
  const fileSystem = process.platform === 'linux' ? statfsSync(folder).type : null;
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    node: process.version,
    fileSystem:
      fileSystem === null ? 'unknown' : (FILE_SYSTEMS[fileSystem] ?? `0x${fileSystem.toString(16)}`),
  };
}

export function machineText(machine: Machine): string {
  const { cpu, cores, memoryBytes, system, node, fileSystem } = machine;
  const memory = `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`;
  return `${cores} x ${cpu}, ${memory}, ${system}, node ${node}, files on ${fileSystem}`;
}

/** CPU seconds the machine has spent so far, on whatever. */
function busySeconds(): number {
  let busyMs = 0;
  for (const { times } of cpus()) busyMs += times.user + times.nice + times.sys + times.irq;
  return busyMs / 1000;
}

/** Cores that other programs keep busy, over a second in which this one does nothing. */
export async function othersCores(): Promise<number> {
  const before = busySeconds();
  const startMs = performance.now();
  await sleep(1_000);
  return (busySeconds() - before) / ((performance.now() - startMs) / 1000);
}

/** Fields of a line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal, and two that are in the first. */
const STEAL = 7;

/** Time of the cores since they began, and how much of it the host of a virtual machine had them for others; null where nothing tells. */
export interface CoreTime {
  readonly all: number;
  readonly stolen: number;
}

export function coreTime(stat = readStat()): CoreTime | null {
  const fields = /^cpu +([\d ]+)$/m.exec(stat)?.[1]?.split(' ').map(Number) ?? [];
  if (fields.length <= STEAL) return null;
  return { all: fields.slice(0, STEAL + 1).reduce((sum, each) => sum + each, 0), stolen: fields[STEAL]! };
}

/** Of all time of all cores in between, 0 to 1. */
export function stolenPart(before: CoreTime | null, after: CoreTime | null): number | null {
  return before === null || after === null ? null : (after.stolen - before.stolen) / (after.all - before.all);
}

function readStat(): string {
  return process.platform === 'linux' ? readFileSync('/proc/stat', 'latin1') : '';
}
