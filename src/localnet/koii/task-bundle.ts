/** Makes the task's bundle for one emulated node, whose storage and Orca relay are where no real ones are. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface BundlePins {
  /** Hex. */
  readonly reserveScript: string;
  readonly orcaUrl: string;
  /** Roe. */
  readonly bountyPerRound: number;
  readonly storage: { readonly taskId: string; readonly nodes: readonly string[] };
}

const BUILD = fileURLToPath(new URL('../../../../orca/task/build.js', import.meta.url));

/** Resolves to the file. `isPackaged`: with Koii's own packages, where they are installed. */
export async function buildBundle(
  folder: string,
  { reserveScript, orcaUrl, bountyPerRound, storage }: BundlePins,
  isPackaged: boolean,
): Promise<string> {
  const pins = {
    reserveEpochs: [{ epoch: 0, script: reserveScript, firstRound: 0, lastRound: Number.MAX_SAFE_INTEGER }],
    ...{ lineage: [], network: 'regtest', image: 'localhost/orcapool:0.1.0', orcaUrl, storage },
    bountyPerRound,
    sideCarImage: 'docker.io/labrocadabro/pulse-proxy:0.1',
  };
  const [pinsFile, bundle] = [join(folder, 'pins.json'), join(folder, 'dist', 'main.js')];
  await mkdir(dirname(bundle), { recursive: true });
  await writeFile(pinsFile, JSON.stringify(pins));
  const which = isPackaged ? ['--koii'] : [];
  await promisify(execFile)(process.execPath, [BUILD, ...which, '--pins', pinsFile, '--out', bundle]);
  return bundle;
}
