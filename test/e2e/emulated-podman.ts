/**
 * `podman play kube` for the pod of our task, as far as it goes without an engine: reads the specification that the task
 * gave, starts the real pool as the container's entry with that environment and nothing else, and puts its ports and
 * its data folder where the specification says. The pod's name for this machine is 127.0.0.1 here.
 */
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { freePorts } from '../../src/localnet/index.js';
import type { EmulatedPod, PodWish } from '../../src/localnet/koii/index.js';
import { PoolProgram } from './pool-program.js';

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

/** What `PoolProgram` would set beside what it is given. */
const UNSET = ['RESERVEADDRESS', 'ROUNDGENESIS', 'ROUNDSECONDS'].map((name) => `ORCAPOOL_POOL_${name}`);

export class EmulatedPodman {
  /** Those that were started, the last first. */
  readonly pods: PoolProgram[] = [];
  wish: PodWish | null = null;

  readonly startPod = async (wish: PodWish): Promise<EmulatedPod> => {
    this.wish = wish;
    const { spec } = parse(wish.podSpec ?? '', { version: '1.1' }) as Spec;
    const container = spec.containers.find(({ name }) => name === `user-${wish.podId}`)!;
    const mount = container.volumeMounts.find(({ mountPath }) => mountPath === '/data')!;
    const data = spec.volumes.find(({ name }) => name === mount.name)!.hostPath.path;
    await mkdir(data, { recursive: true });
    const [httpPort, unpublished] = (await freePorts(2)) as [number, number];
    const [published] = container.ports ?? [];
    const stratumPort = published?.hostPort ?? unpublished;
    const env = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
    const token = await secret(data, env.ORCAPOOL_HTTP_TOKEN_FILE!);
    const rpcUrl = await secret(data, env.ORCAPOOL_BITCOIN_RPCURL_FILE!);
    const pod = new PoolProgram(data, stratumPort, httpPort, {
      nodes: [],
      env: {
        ...Object.fromEntries(UNSET.map((name) => [name, ''])),
        ORCAPOOL_STRATUM_STARTDIFFICULTY: '',
        ...env,
        ...{ ORCAPOOL_HTTP_TOKEN_FILE: '', ORCAPOOL_HTTP_TOKEN: token },
        ORCAPOOL_BITCOIN_RPCURL_FILE: '',
        ORCAPOOL_BITCOIN_RPCURL: rpcUrl.replace('host.containers.internal', '127.0.0.1'),
        ORCAPOOL_DATADIR: data,
        ...{ ORCAPOOL_HTTP_HOST: '127.0.0.1', ORCAPOOL_HTTP_PORT: String(httpPort) },
        ...{
          ORCAPOOL_STRATUM_HOST: published?.hostIP ?? '127.0.0.1',
          ORCAPOOL_STRATUM_PORT: String(stratumPort),
        },
      },
    });
    this.pods.unshift(pod);
    await pod.launch();
    return { httpPort, stop: () => pod.kill() };
  };
}

/** A file of the container's `/data`, which nobody else on this machine may read. */
async function secret(data: string, path: string): Promise<string> {
  const file = join(data, path.replace(/^\/data\//, ''));
  const { mode } = await stat(file);
  if ((mode & 0o077) !== 0) throw new Error(`${file} may be read by others: ${mode.toString(8)}`);
  return await readFile(file, 'utf8');
}
