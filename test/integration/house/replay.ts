/**
 * Builds an image's files without a container engine: each stage is a folder, `COPY` copies from the context as
 * .dockerignore leaves it or from an earlier stage, and `RUN` runs what makes files of ours. Base images stay empty.
 *
 * `npm ci` is replaced by the packages this clone has installed: a link to all of them, or with `--omit=dev` copies of
 * those the lock file does not mark as development's. So what production lacks fails here as it would there, but what
 * npm downloads and compiles inside the image is not tried. Every other `RUN` is only listed.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, posix, relative } from 'node:path';
import { promisify } from 'node:util';
import { readJson } from '../../unit/house/repository.js';
import { assignments, execForm, type Instruction, type Stage } from './dockerfile.js';

const run = promisify(execFile);

export interface ReplayedImage {
  /** The last stage's `/`. */
  readonly root: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  /** `ENTRYPOINT` and `CMD`. */
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
  readonly user: string;
  readonly ports: readonly number[];
  readonly volumes: readonly string[];
  /** Commands that make nothing of ours: system packages, ownership. */
  readonly notRun: readonly string[];
}

interface Growing {
  root: string;
  workdir: string;
  env: Record<string, string>;
  entrypoint: string[];
  cmd: string[];
  healthcheck: string[];
  user: string;
  ports: number[];
  volumes: string[];
}

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly dev?: boolean; readonly link?: boolean; readonly resolved?: string }>
  >;
}

/** Optional packages of other systems are not installed here and are left out. */
function copyProduction(repository: string, into: string): void {
  const { packages } = readJson<Lock>(join(into, 'package-lock.json'));
  for (const [path, { dev, link, resolved }] of Object.entries(packages)) {
    const from = join(repository, path);
    const isTop = path.lastIndexOf('node_modules/') === 0;
    if (!isTop || dev === true || !existsSync(from)) continue;
    const target = join(into, path);
    mkdirSync(dirname(target), { recursive: true });
    if (link === true) symlinkSync(relative(dirname(target), join(into, resolved!)), target);
    else cpSync(from, target, { recursive: true, verbatimSymlinks: true });
  }
}

function within(stage: Growing, path: string): string {
  return join(stage.root, posix.resolve(stage.workdir, path));
}

export class Replay {
  private readonly done = new Map<string, Growing>();
  private readonly notRun: string[] = [];

  constructor(
    /** Whose context is built. */
    private readonly repository: string,
    private readonly seen: (path: string) => boolean,
    /** Empty. */
    private readonly folder: string,
  ) {}

  async image(stages: readonly Stage[]): Promise<ReplayedImage> {
    let stage: Growing | undefined;
    for (const [index, { from, name, instructions }] of stages.entries()) {
      stage = this.begin(join(this.folder, String(index)), this.done.get(from));
      for (const instruction of instructions) await this.take(stage, instruction);
      this.done.set(name, stage);
    }
    const { entrypoint, cmd, ...rest } = stage!;
    return { ...rest, command: [...entrypoint, ...cmd], notRun: this.notRun };
  }

  private begin(root: string, base: Growing | undefined): Growing {
    mkdirSync(root);
    if (base === undefined) {
      const empty = { env: {}, entrypoint: [], cmd: [], healthcheck: [], ports: [], volumes: [] };
      return { ...empty, root, workdir: '/', user: 'root' };
    }
    cpSync(base.root, root, { recursive: true, verbatimSymlinks: true });
    return { ...structuredClone(base), root };
  }

  private async take(stage: Growing, { name, text }: Instruction): Promise<void> {
    if (name === 'WORKDIR') {
      stage.workdir = posix.resolve(stage.workdir, text);
      mkdirSync(within(stage, '.'), { recursive: true });
    } else if (name === 'COPY') this.copy(stage, text.split(/\s+/));
    else if (name === 'RUN') await this.run(stage, text);
    else if (name === 'ENV') Object.assign(stage.env, assignments(text));
    else if (name === 'ENTRYPOINT') stage.entrypoint = execForm(text);
    else if (name === 'CMD') stage.cmd = execForm(text);
    else if (name === 'HEALTHCHECK') stage.healthcheck = execForm(text.slice(text.indexOf('CMD ') + 4));
    else if (name === 'USER') stage.user = text;
    else if (name === 'EXPOSE') stage.ports.push(...text.split(/\s+/).map(Number));
    else stage.volumes.push(text);
  }

  private copy(stage: Growing, words: readonly string[]): void {
    const other = words[0]!.startsWith('--from=') ? this.done.get(words[0]!.slice(7)) : undefined;
    const paths = words.filter((word) => !word.startsWith('--'));
    const target = within(stage, paths.at(-1)!);
    for (const path of paths.slice(0, -1)) {
      const from = other === undefined ? join(this.repository, path) : within(other, path);
      if (other === undefined && !this.seen(path)) throw new Error(`COPY ${path}: .dockerignore hides it`);
      const into = statSync(from).isDirectory() ? target : join(target, basename(path));
      cpSync(from, into, {
        recursive: true,
        verbatimSymlinks: true,
        filter: (file) => other !== undefined || this.seen(relative(this.repository, file)),
      });
    }
  }

  private async run(stage: Growing, command: string): Promise<void> {
    const cwd = within(stage, '.');
    const installed = join(this.repository, 'node_modules');
    if (command === 'npm ci') symlinkSync(realpathSync(installed), join(cwd, 'node_modules'));
    else if (command === 'npm ci --omit=dev') copyProduction(this.repository, cwd);
    else if (command === 'npm run build') await run('/bin/sh', ['-c', command], { cwd });
    else this.notRun.push(command);
  }
}
