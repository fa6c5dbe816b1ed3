/**
 * The node's own packages and proofs of draws, for auditors to whom the storage says nothing: Koii's node passes
 * `/task/<task id>/rounds/…` on to here from wherever it can be reached. They are public as it is, and each is only ever
 * the bytes of its CID. Few are sent at a time, since anybody may ask.
 */
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { SharedFolder } from './shared-folder.js';

/** As in the container's own interface, behind `/api/v1`: whoever has the URL of one finds the other. */
export const ARCHIVE_PATH = /^\/rounds\/(0|[1-9]\d{0,14})\/(package|draws\/package)$/;

const MOST_AT_ONCE = 8;

export class OwnArchives {
  private sending = 0;

  constructor(private readonly folder: Pick<SharedFolder, 'openOwn'>) {}

  /** Never rejects. */
  async answer(path: string, response: ServerResponse): Promise<void> {
    const [, round, what] = ARCHIVE_PATH.exec(path) ?? [];
    if (round === undefined || this.sending >= MOST_AT_ONCE) {
      response.writeHead(round === undefined ? 404 : 503, { 'retry-after': '5' }).end();
      return;
    }
    this.sending++;
    try {
      const archive = await this.folder.openOwn(Number(round), what === 'package' ? 'package' : 'draws');
      if (archive === null) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, {
        'content-type': 'application/vnd.ipld.car; version=1',
        'content-length': archive.bytes,
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
      });
      await pipeline(archive.stream, response);
    } catch {
      // Who asked hung up, or the disk fails: a connection that ends early says so.
      response.destroy();
    } finally {
      this.sending--;
    }
  }
}
