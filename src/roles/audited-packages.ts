/**
 * Packages and proofs that this node audits: from `<datadir>/packages/<cid>.car`, where the Koii task puts them, from the
 * node that claims, from the gateways that the operator named. Whatever has the CID's bytes is as good as another.
 */
import { Worker } from 'node:worker_threads';
import type { Network } from '../bitcoin/index.js';
import { CodedError, type Logger } from '../lib/index.js';
import type { Place } from '../packages/index.js';
import type { ArchiveKind, Cid } from '../rounds/index.js';
import type { FoundPackage, PackageTask, PackageThreadMessage } from './package-thread.js';

export class AuditedPackagesError extends CodedError<'PACKAGE_THREAD_ENDED'> {}

export class AuditedPackages {
  /** `gateways`: URLs with `{cid}` in them. */
  constructor(
    private readonly folder: string,
    private readonly gateways: readonly string[],
    private readonly network: Pick<Network, 'name'>,
    private readonly logger: Logger,
  ) {}

  /** `url`: where the claiming node may have it; null for nowhere. Bytes that break the format are found like others. */
  find(kind: ArchiveKind, cid: Cid, url: string | null): Promise<FoundPackage> {
    const places: Place[] = [
      ...(url === null ? [] : [{ url, trust: 'foreign' as const }]),
      ...this.gateways.map((gateway) => ({ url: gateway, trust: 'named' as const })),
    ];
    const mayBeLoopback = this.network.name === 'regtest';
    const task: PackageTask = { kind, cid: cid.toString(), folder: this.folder, places, mayBeLoopback };
    return new Promise((resolve, reject) => {
      const thread = new Worker(new URL('./package-thread.js', import.meta.url), { workerData: task });
      thread.on('message', (message: PackageThreadMessage) => {
        if (message.kind === 'found') resolve(message.found);
        else this.logger.warn(message.fields, message.message);
      });
      thread.once('error', reject);
      thread.once('exit', (code) =>
        reject(
          new AuditedPackagesError(
            'PACKAGE_THREAD_ENDED',
            `the thread that fetches packages ended with ${code}`,
          ),
        ),
      );
    });
  }
}
