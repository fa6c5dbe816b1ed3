/**
 * How the pod and this machine name each other, which differs where podman runs in a machine of its own: on Windows that
 * machine has the drives beneath /mnt, and reaches the host at the gateway of its network, as the Orca node itself looks
 * it up. Elsewhere podman provides a name. What is done for Windows was read in Orca's source and tried on none.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** podman's own. */
const HOST = 'host.containers.internal';
const PATIENCE_MS = 10_000;

export type Run = (program: string, args: readonly string[]) => Promise<string>;

const runForReal: Run = async (program, args) => {
  const { stdout } = await promisify(execFile)(program, [...args], { timeout: PATIENCE_MS });
  return stdout;
};

/** By which name a pod reaches this machine. Never rejects. */
export async function hostOfPod(platform = process.platform, run = runForReal): Promise<string> {
  if (platform !== 'win32') return HOST;
  try {
    const routes = await run('wsl', ['-d', 'podman-orca', 'ip', 'route']);
    return /^default via (\d{1,3}(?:\.\d{1,3}){3})\b/m.exec(routes)?.[1] ?? HOST;
  } catch {
    return HOST; // Orca's own answer where it cannot ask
  }
}

/** A folder of this machine as podman names it. */
export function podmanPath(path: string, platform = process.platform): string {
  if (platform !== 'win32') return path;
  const drive = /^([A-Za-z]):[\\/]/.exec(path);
  const slashed = path.replaceAll('\\', '/');
  return drive === null ? slashed : `/mnt/${drive[1]!.toLowerCase()}/${slashed.slice(3)}`;
}
