/** `podman play kube` for an operator's pod, whose processes a test looks at: the real pool, by the task's specification. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts, isFree } from '../../src/localnet/bitcoind/index.js';
import type { EmulatedPod, PodWish } from '../../src/localnet/koii/index.js';
import { podOfSpec } from '../../src/localnet/koii/pod-of-spec.js';
import { PoolProgram } from './pool-program.js';

/** What `PoolProgram` would set beside what it is given. */
const UNSET = [
  'POOL_RESERVEADDRESS',
  'POOL_ROUNDGENESIS',
  'POOL_ROUNDSECONDS',
  'STRATUM_STARTDIFFICULTY',
].map((name) => `ORCAPOOL_${name}`);

export class EmulatedPodman {
  /** Those that were started, the last first. */
  readonly pods: PoolProgram[] = [];
  wish: PodWish | null = null;

  readonly startPod = async (wish: PodWish): Promise<EmulatedPod> => {
    this.wish = wish;
    const { datadir, stratum, env } = await podOfSpec(wish);
    await refuseReadable(join(datadir, 'secrets', 'bitcoin-rpc-url'));
    if (stratum !== null && !(await isFree(stratum.port, stratum.host))) {
      throw new Error(
        `rootlessport listen tcp ${stratum.host}:${stratum.port}: bind: address already in use`,
      );
    }
    const [httpPort, unpublished] = (await freePorts(2)) as [number, number];
    const stratumPort = stratum?.port ?? unpublished;
    const pod = new PoolProgram(datadir, stratumPort, httpPort, {
      nodes: [],
      env: {
        ...Object.fromEntries(UNSET.map((name) => [name, ''])),
        ...env,
        ORCAPOOL_DATADIR: datadir,
        ...{ ORCAPOOL_HTTP_HOST: '127.0.0.1', ORCAPOOL_HTTP_PORT: String(httpPort) },
        ...{
          ORCAPOOL_STRATUM_HOST: stratum?.host ?? '127.0.0.1',
          ORCAPOOL_STRATUM_PORT: String(stratumPort),
        },
      },
    });
    this.pods.unshift(pod);
    await pod.launch();
    return { httpPort, stop: () => pod.kill() };
  };
}

/** Other users of this machine have no business with the password. */
async function refuseReadable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) throw new Error(`${path} may be read by others: ${mode.toString(8)}`);
}
