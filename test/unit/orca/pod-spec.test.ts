import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { type PodSpecOptions, podSpec } from '../../../orca/task/src/pod/pod-spec.js';
import { hostOfPod, podmanPath } from '../../../orca/task/src/pod/pod-surroundings.js';
import { loadConfig } from '../../../src/config/index.js';
import { sources } from '../config/sources.js';

const TASK = '3bwZ5YQq6vTASKzC7vCmFsJqPTd5Mt3eRMXuVCEXFdyu';
const OPTIONS: PodSpecOptions = {
  ...{ taskId: TASK, nodeKey: '4uQeVj5tqViQh7yWWGStvkEG1Zmhx6uasJtWCJziofM', network: 'regtest' },
  ...{ image: 'registry.example/orcapool:0.1.0', sideCarImage: 'docker.io/labrocadabro/pulse-proxy:0.1' },
  ...{ orcaUrl: 'ws://host.containers.internal:3003', stratumPort: 34_256 },
  basePath: '/home/a user/.config/KOII-Desktop-Node/namespace/x',
};

interface Container {
  readonly name: string;
  readonly image: string;
  readonly env: readonly { readonly name: string; readonly value: unknown }[];
  readonly ports?: readonly object[];
  readonly resources?: { readonly limits: { readonly memory: string } };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Pod {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly containers: readonly [Container, Container];
    readonly volumes: readonly { readonly name: string; readonly hostPath: { path: string; type: string } }[];
    readonly restartPolicy: string;
  };
}

/** As podman reads it, which goes by YAML 1.1. */
function read(options: Partial<PodSpecOptions> = {}): Pod {
  return parse(podSpec({ ...OPTIONS, ...options }), { version: '1.1' }) as Pod;
}

/** As in `volumes` and in Koii's own default. */
function folderOf({ spec }: Pod, mountPath: string): string {
  const mount = spec.containers[0].volumeMounts.find((each) => each.mountPath === mountPath);
  return spec.volumes.find(({ name }) => name === mount?.name)!.hostPath.path;
}

describe('the specification of the pod', () => {
  it('has the names by which the Orca node, its side-car and podman know the pod', () => {
    const { apiVersion, kind, metadata, spec } = read();
    expect({ apiVersion, kind, metadata }).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: TASK },
    });
    const [ours, sideCar] = spec.containers;
    expect([ours.name, sideCar.name]).toEqual([`user-${TASK}`, `pulse-proxy-${TASK}`]);
    expect(sideCar.env).toEqual([
      { name: 'ORCA_URL', value: `ws://host.containers.internal:3003/${TASK}` },
      { name: 'ORCA_POD_ID', value: TASK },
    ]);
    expect(spec.restartPolicy).toBe('Always');
  });

  it('keeps what the pool writes in a folder of the host, which alone outlives a pod', () => {
    const pod = read();
    expect(folderOf(pod, '/data')).toBe(`${OPTIONS.basePath}/orca/data`);
    expect([folderOf(pod, '/in'), folderOf(pod, '/out')]).toEqual([
      `${OPTIONS.basePath}/orca/in-volume`,
      `${OPTIONS.basePath}/orca/out-volume`,
    ]);
    expect(new Set(pod.spec.volumes.map(({ hostPath }) => hostPath.type))).toEqual(
      new Set(['DirectoryOrCreate']),
    );
  });

  it('takes half a gigabyte at most, and publishes one port on the loopback alone', () => {
    const [ours] = read().spec.containers;
    expect(ours.resources!.limits.memory).toBe('512Mi');
    expect(ours.ports).toEqual([
      { containerPort: 34_255, hostPort: 34_256, hostIP: '127.0.0.1', protocol: 'TCP' },
    ]);
    expect(read({ stratumPort: null }).spec.containers[0].ports).toBeUndefined();
  });

  it('names images by registry and a tag that stays, so that a pod is what the task was made with', () => {
    for (const { image } of read().spec.containers) {
      expect(image).toMatch(/^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?\/.+:\d/);
    }
  });

  it('says every value of the environment as text, in YAML 1.1 and 1.2 alike', () => {
    const odd = { network: 'no', basePath: '/home/o\'neil "x" $HOME `id` # %/no: {a}', taskId: '1_0' };
    for (const version of ['1.1', '1.2'] as const) {
      const pod = parse(podSpec({ ...OPTIONS, ...odd }), { version }) as Pod;
      const values = pod.spec.containers.flatMap(({ env }) => env.map(({ value }) => value));
      expect(values.filter((value) => typeof value !== 'string')).toEqual([]);
      expect(folderOf(pod, '/data')).toBe(`${odd.basePath}/orca/data`);
      expect(pod.metadata.name).toBe('1_0');
    }
  });

  it('configures a pool that starts, with token and RPC address from files beneath the data folder', () => {
    const env = Object.fromEntries(
      read().spec.containers[0].env.map(({ name, value }) => [name, String(value)]),
    );
    const files = {
      '/data/secrets/task-token': 'the token',
      '/data/secrets/bitcoin-rpc-url': 'http://a:b@host:8332/',
    };
    const { config } = loadConfig(sources({ env, files }));
    expect(config).toMatchObject({
      ...{ network: 'regtest', datadir: '/data' },
      http: { host: '0.0.0.0', port: 8080, token: 'the token' },
      bitcoin: { nodes: [{ url: 'http://host:8332/', auth: { user: 'a', password: 'b' } }] },
      pool: { mode: 'pool', roundsFrom: 'task' },
      stratum: { port: 34_255, maxConnections: 2_500 },
    });
  });
});

describe('what the pod and the machine call each other', () => {
  it('is podman’s name and the same path, but on Windows', async () => {
    const never = async (): Promise<string> => {
      throw new Error('not asked here');
    };
    expect(await hostOfPod('linux', never)).toBe('host.containers.internal');
    expect(podmanPath('/home/a/b', 'linux')).toBe('/home/a/b');
    expect(podmanPath('C:\\Users\\A B\\AppData', 'win32')).toBe('/mnt/c/Users/A B/AppData');
    const routes = 'default via 172.28.16.1 dev eth0 proto kernel\n172.28.16.0/20 dev eth0';
    expect(await hostOfPod('win32', async () => routes)).toBe('172.28.16.1');
    expect(await hostOfPod('win32', never)).toBe('host.containers.internal');
  });
});
