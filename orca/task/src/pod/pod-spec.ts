/**
 * What podman is to run for this task, as the Orca node takes it: one YAML document for `podman play kube` with our
 * container and the side-car, which makes HTTP requests of our calls. It holds no secret, because the Orca node leaves a
 * copy of it on the disk: token and RPC address lie in the data folder, where the container reads them (`SECRETS`).
 *
 * What Koii's task manager would merge with its own default is written here as a whole, in its names.
 */
import { stringify } from 'yaml';

export interface PodSpecOptions {
  /** Base58. */
  readonly taskId: string;
  /** Base58: the staking key, public. */
  readonly nodeKey: string;
  readonly network: string;
  /** Each with its registry and a tag that never changes: podman pulls what it has not, and never again. */
  readonly image: string;
  readonly sideCarImage: string;
  /** The Orca node, as the pod reaches it. */
  readonly orcaUrl: string;
  /** The task's folder, as podman names it. */
  readonly basePath: string;
  /** Of this machine's loopback, where the pod takes miners; null for none. */
  readonly stratumPort: number | null;
}

/** The container's port for miners; that for HTTP is 8080, to which the side-car calls. */
export const POD_STRATUM_PORT = 34_255;
export const POD_MEMORY = '512Mi';
/** Miners at once; with them a pod stays below its memory (docs/operations.md, "The Koii task"). */
export const POD_MINERS = 2_500;
/** Files beneath the shared folder that the container reads at its start. */
export const SECRETS = { token: 'secrets/task-token', bitcoinRpcUrl: 'secrets/bitcoin-rpc-url' };

const DATA = '/data';
/**
 * From where connections of this machine arrive in a pod: slirp4netns, podman's own bridge and that of `play kube`. The
 * port is published on the loopback alone, so nobody else's come from there.
 */
const RELAY_NETWORKS = ['127.0.0.1', '10.0.2.0/24', '10.88.0.0/16', '10.89.0.0/16'];

function environment({ taskId, nodeKey, network }: PodSpecOptions): Record<string, string> {
  return {
    ORCAPOOL_NETWORK: network,
    ORCAPOOL_DATADIR: DATA,
    ORCAPOOL_BITCOIN_RPCURL_FILE: `${DATA}/${SECRETS.bitcoinRpcUrl}`,
    ORCAPOOL_HTTP_TOKEN_FILE: `${DATA}/${SECRETS.token}`,
    ORCAPOOL_HTTP_HOST: '0.0.0.0',
    ORCAPOOL_HTTP_PORT: '8080',
    ORCAPOOL_POOL_ROUNDSFROM: 'task',
    ORCAPOOL_POOL_TASKID: taskId,
    ORCAPOOL_POOL_NODEKEY: nodeKey,
    ORCAPOOL_STRATUM_PORT: String(POD_STRATUM_PORT),
    ORCAPOOL_STRATUM_LISTENERS: '1',
    ORCAPOOL_STRATUM_MAXCONNECTIONS: String(POD_MINERS),
    ORCAPOOL_STRATUM_PENDINGMEBIBYTES: '32',
    ORCAPOOL_STRATUM_TRUSTEDPROXIES: RELAY_NETWORKS.join(','),
    ORCAPOOL_LOG_PRETTY: 'false',
  };
}

function listed(env: Record<string, string>): { name: string; value: string }[] {
  return Object.entries(env).map(([name, value]) => ({ name, value }));
}

export function podSpec(options: PodSpecOptions): string {
  const { taskId, image, sideCarImage, orcaUrl, basePath, stratumPort } = options;
  const volume = (name: string, folder: string): object => ({
    name,
    hostPath: { path: `${basePath}/orca/${folder}`, type: 'DirectoryOrCreate' },
  });
  const exchange = [
    { name: 'in-volume', mountPath: '/in' },
    { name: 'out-volume', mountPath: '/out' },
  ];
  const ports =
    stratumPort === null
      ? {}
      : {
          ports: [
            {
              containerPort: POD_STRATUM_PORT,
              hostPort: stratumPort,
              hostIP: '127.0.0.1',
              protocol: 'TCP',
            },
          ],
        };
  const spec = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: taskId },
    spec: {
      containers: [
        {
          // Koii's merging, and whoever looks for our logs, go by this name.
          name: `user-${taskId}`,
          image,
          imagePullPolicy: 'IfNotPresent',
          env: listed(environment(options)),
          ...ports,
          // No limit of the processor: an engine without privileges cannot set one on most machines, and would refuse.
          resources: { limits: { memory: POD_MEMORY } },
          // Root of a pod without privileges is the operator's user, who owns the data folder.
          securityContext: {
            runAsUser: 0,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: [{ name: 'data-volume', mountPath: DATA }, ...exchange],
        },
        {
          name: `pulse-proxy-${taskId}`,
          image: sideCarImage,
          env: listed({ ORCA_URL: `${orcaUrl}/${taskId}`, ORCA_POD_ID: taskId }),
          volumeMounts: exchange,
        },
      ],
      volumes: [
        volume('data-volume', 'data'),
        volume('in-volume', 'in-volume'),
        volume('out-volume', 'out-volume'),
      ],
      restartPolicy: 'Always',
    },
  };
  // podman reads YAML 1.1, where `no` and `1_0` are no strings; and long values stay on one line.
  return stringify(spec, { version: '1.1', singleQuote: true, lineWidth: 0, aliasDuplicateObjects: false });
}
