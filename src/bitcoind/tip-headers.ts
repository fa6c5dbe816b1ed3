/**
 * The headers of the blocks that this node made work upon, kept from the moment the work came: a block that loses its race
 * may be known to one bitcoind alone, and that one may be gone when a claim has to show it. A header is asked of the node
 * whose template it was, and held against its hash. In a file, since a round outlives a restart.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { HEADER_BYTES } from '../bitcoin/index.js';
import { setAside, tellsNoFile } from '../disk/index.js';
import {
  errorCode,
  errorMessage,
  fromHex,
  type Logger,
  oneByOne,
  sha256d,
  toDisplayHex,
  toHex,
} from '../lib/index.js';
import type { FedTemplate } from './fed-template.js';
import type { NodeSet } from './node-set.js';
import type { TemplateFeed } from './template-feed.js';

/** Two days of blocks. */
const KEPT = 288;

export interface TipHeader {
  readonly height: number;
  readonly header: Uint8Array;
}

const stored = z.array(
  z.strictObject({
    height: z.int().nonnegative(),
    header: z.string().regex(new RegExp(`^[0-9a-f]{${2 * HEADER_BYTES}}$`)),
  }),
);

export class TipHeaders {
  /** Why they could not be written last; null when they could. */
  fault: string | null = null;
  /** By hash in display order, in the order they came. */
  private readonly kept = new Map<string, TipHeader>();
  private readonly asked = new Set<string>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly inTurn = oneByOne();

  private constructor(
    private readonly path: string,
    private readonly nodes: Pick<NodeSet, 'nodes'>,
    private readonly logger: Logger,
  ) {}

  /** A damaged file is as good as none: it is written anew, and what is no file set aside. */
  static async open(path: string, nodes: Pick<NodeSet, 'nodes'>, logger: Logger): Promise<TipHeaders> {
    const headers = new TipHeaders(path, nodes, logger);
    try {
      const read = stored.parse(JSON.parse(await readFile(path, 'utf8')));
      for (const { height, header } of read) headers.keep(height, fromHex(header));
    } catch (error) {
      if (tellsNoFile(error)) setAside(dirname(path), basename(path));
      if (errorCode(error) !== 'ENOENT')
        logger.warn({ path, error: errorMessage(error) }, 'the headers of past tips are forgotten');
    }
    return headers;
  }

  /** From now on; before the feed is started, or its first template is missed. */
  follow(feed: TemplateFeed): void {
    feed.on('template', (fed) => this.see(fed));
  }

  /** Of these blocks, by hash in display order, those that are kept. */
  of(hashes: readonly string[]): Map<string, TipHeader> {
    return new Map(hashes.flatMap((hash) => (this.kept.has(hash) ? [[hash, this.kept.get(hash)!]] : [])));
  }

  private see({ template, node }: FedTemplate): void {
    const hash = toDisplayHex(template.prevHash);
    if (this.kept.has(hash) || this.asked.has(hash)) return;
    this.asked.add(hash);
    const asking = this.ask(hash, template.height - 1, node).finally(() => {
      this.asked.delete(hash);
      this.underWay.delete(asking);
    });
    this.underWay.add(asking);
  }

  /** Never rejects: the next template upon the block asks again. */
  private async ask(hash: string, height: number, name: string): Promise<void> {
    try {
      const node = this.nodes.nodes.find((each) => each.name === name);
      if (node === undefined) return;
      const header = fromHex(await node.rpc.call<string>('getblockheader', hash, false));
      if (header.length !== HEADER_BYTES || toDisplayHex(sha256d(header)) !== hash) return;
      this.keep(height, header);
      const text = JSON.stringify(
        [...this.kept.values()].map((each) => ({ height: each.height, header: toHex(each.header) })),
      );
      await this.inTurn(() => this.replace(text));
    } catch (error) {
      this.logger.debug({ hash, node: name, error: errorMessage(error) }, 'a tip’s header is not to be had');
    }
  }

  private keep(height: number, header: Uint8Array): void {
    this.kept.set(toDisplayHex(sha256d(header)), { height, header });
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= KEPT) break;
      this.kept.delete(oldest);
    }
  }

  private async replace(text: string): Promise<void> {
    try {
      await writeFile(`${this.path}.part`, text);
      await rename(`${this.path}.part`, this.path);
      this.fault = null;
    } catch (error) {
      this.fault = errorMessage(error);
      this.logger.warn({ path: this.path, error: this.fault }, 'a tip’s header cannot be written');
    }
  }

  /** When nothing is asked and written any more. */
  async stop(): Promise<void> {
    await Promise.all(this.underWay);
  }
}
