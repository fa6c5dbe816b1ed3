/**
 * The task from its start to its end, in whichever node: makes the container run, keeps it told, brings it its miners,
 * and tells the operator how it is. Who passes on what the node asks for is the bundle's business.
 */
import type { Timers } from '../../../src/lib/index.js';
import { K2Rpc } from './k2/k2-rpc.js';
import type { KoiiNode } from './koii/koii-node.js';
import { operatorStatus } from './operator/operator-status.js';
import { type OperatorVariables, readVariables, WITHOUT_CHAIN } from './operator/operator-variables.js';
import { OperatorWatch } from './operator/operator-watch.js';
import { StakeWatch } from './operator/stake-watch.js';
import { statusPage } from './operator/status-page.js';
import { OrcaClient } from './orca/orca-client.js';
import type { Pins } from './pins.js';
import { PodPort } from './pod/pod-port.js';
import { podSpec, SECRETS } from './pod/pod-spec.js';
import { hostOfPod, podmanPath } from './pod/pod-surroundings.js';
import { Container } from './pool/container.js';
import { OwnArchives } from './pool/own-archives.js';
import { RoundTeller } from './pool/round-teller.js';
import { SharedFolder } from './pool/shared-folder.js';
import { PoolTask } from './pool-task.js';
import { MinerRelay, RELAY_LIMITS } from './relay/miner-relay.js';
import type { Routes } from './status-server.js';
import { KoiiStorage } from './storage/koii-storage.js';
import { systemTimers } from './system-timers.js';
import { TaskStatus } from './task-status.js';

const MINUTE_MS = 60_000;

export interface RunningTask {
  readonly task: PoolTask;
  readonly routes: Routes;
  readonly archives: OwnArchives;
}

/** `taskId`: base58. Throws `KoiiNodeError`. */
export async function startTask(taskId: string, node: KoiiNode, pins: Pins): Promise<RunningTask> {
  const timers = systemTimers;
  const status = new TaskStatus(timers);
  const key = await node.stakingKey();
  const basePath = await node.basePath();
  const folder = new SharedFolder(basePath);
  const host = await hostOfPod();
  const variables = readVariables(process.env, host);
  // The container reads them when it starts.
  await folder.putSecret(SECRETS.token, key.taskToken());
  await folder.putSecret(SECRETS.bitcoinRpcUrl, variables.bitcoinRpcUrl ?? 'none');
  const relay = relayOf(variables, timers);
  const { image, sideCarImage, network, bountyPerRound: bounty } = pins;
  const orca = new OrcaClient(
    {
      ...{ url: pins.orcaUrl, taskId, image },
      podSpec: podSpec({
        ...{ taskId, nodeKey: key.address, network, image, sideCarImage },
        orcaUrl: `ws://${host}:${new URL(pins.orcaUrl).port}`,
        basePath: podmanPath(basePath),
        stratumPort: variables.stratumPort === null ? null : variables.stratumPort + 1,
      }),
    },
    timers,
  );
  const container = new Container(orca, key.taskToken());
  const k2 = new K2Rpc(await node.rpcUrl(), timers);
  const teller = new RoundTeller(node, k2, container, key, taskId, pins);
  const storage = new KoiiStorage(pins.storage);
  const stake = new StakeWatch(node, key.address);
  const standing = () =>
    [...variables.problems, relay?.problem ?? null, podPort?.problem ?? null, stake.lack].filter(
      (each) => each !== null,
    );
  const chosen = variables.isWithoutChain ? WITHOUT_CHAIN : null;
  const watch = new OperatorWatch({ node, container, timers, standing, chosen });
  const podPort =
    variables.stratumPort === null
      ? null
      : new PodPort({
          ...{ port: variables.stratumPort + 1, timers },
          hasAnswered: () => watch.readiness !== null,
          answers: () =>
            container.health().then(
              () => true,
              () => false,
            ),
          onTaken: () => void watch.tellStanding(),
          onFree: () => orca.renew(),
        });
  if (relay !== null) relay.onProblem = () => void watch.tellStanding();
  const own = { taskId, node, key, container };
  const task = new PoolTask({ ...own, teller, folder, storage, status, timers, watch, stake, bounty });
  const stop = (): void => {
    task.stop();
    orca.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  // The node is gone, and with it whoever would stop this process.
  process.on('disconnect', stop);
  timers.every(MINUTE_MS, () => console.log(status.line(timers.nowMs() - MINUTE_MS)));
  relay?.start();
  podPort?.start();
  watch.start();
  void task.start();
  const told = async () => {
    await watch.refresh();
    return operatorStatus(key.address, status, watch, relay);
  };
  return {
    task,
    archives: new OwnArchives(folder),
    routes: {
      '/status': async (wantsPage) => (wantsPage ? statusPage(await told()) : await told()),
      '/status.json': told,
    },
  };
}

/** The pod has the port behind the one that miners connect to. */
function relayOf({ stratumPort }: OperatorVariables, timers: Timers): MinerRelay | null {
  if (stratumPort === null) return null;
  const ports = { host: '0.0.0.0', port: stratumPort, poolPort: stratumPort + 1 };
  return new MinerRelay({ ...RELAY_LIMITS, ...ports }, timers);
}
