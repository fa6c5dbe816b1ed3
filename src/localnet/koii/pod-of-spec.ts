/**
 * `podman play kube` for the pod of our task, as far as it goes without an engine: what the task's specification says of
 * its container, for a process of this machine. Its ports and its data folder are where the specification puts them,
 * the files it reads its secrets from are read here, and the pod's name for this machine is 127.0.0.1.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CodedError } from '../../lib/index.js';
import type { PodWish } from './orca-relay.js';

export class PodSpecError extends CodedError<'POD_SPEC'> {}

export interface SpecifiedPod {
  /** The pod's `/data`. */
  readonly datadir: string;
  /** Of this machine; null where the pod takes no miners. */
  readonly stratum: { readonly host: string; readonly port: number } | null;
  readonly env: Readonly<Record<string, string>>;
}

interface Spec {
  readonly spec: {
    readonly containers: readonly {
      readonly name: string;
      readonly env: readonly { readonly name: string; readonly value: string }[];
      readonly ports?: readonly { readonly hostPort: number; readonly hostIP: string }[];
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
    }[];
    readonly volumes: readonly { readonly name: string; readonly hostPath: { readonly path: string } }[];
  };
}

const DATA = '/data';
const FROM_FILE = '_FILE';
const HOST = 'host.containers.internal';

/** Throws `PodSpecError`, and what reading the secrets throws. */
export async function podOfSpec({ podSpec, podId }: PodWish): Promise<SpecifiedPod> {
  const { spec } = parse(podSpec ?? '', { version: '1.1' }) as Spec;
  const container = spec.containers.find(({ name }) => name === `user-${podId}`);
  const mount = container?.volumeMounts.find(({ mountPath }) => mountPath === DATA);
  const datadir = spec.volumes.find(({ name }) => name === mount?.name)?.hostPath.path;
  if (container === undefined || datadir === undefined) {
    throw new PodSpecError('POD_SPEC', `no container user-${podId} with a data folder is specified`);
  }
  const env: Record<string, string> = {};
  for (const { name, value } of container.env) {
    if (!name.endsWith(FROM_FILE)) env[name] = value;
    else env[name.slice(0, -FROM_FILE.length)] = (await secret(datadir, value)).replace(HOST, '127.0.0.1');
  }
  const [published] = container.ports ?? [];
  const stratum = published === undefined ? null : { host: published.hostIP, port: published.hostPort };
  return { datadir, stratum, env };
}

function secret(datadir: string, path: string): Promise<string> {
  return readFile(join(datadir, path.slice(DATA.length)), 'utf8');
}
