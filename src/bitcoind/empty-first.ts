/**
 * Work on a new tip before bitcoind's template for it: a header is answered in about a millisecond, a full template
 * takes it a tenth of a second and more, for which miners would work on a block nobody wants. Only a node that the
 * chain guard has passed on its present socket is asked, only about the tip it is on, and only a tip higher than the
 * one that is worked on counts; for every other case there is the full template.
 */
import type { Network } from '../bitcoin/index.js';
import { CodedError, errorMessage, fromDisplayHex, type Logger, type SteadyTimers } from '../lib/index.js';
import { type BlockTemplate, type DigestedTemplate, emptyTemplate, type TipHeader } from '../mining/index.js';
import type { BitcoindNode } from './bitcoind-node.js';
import type { NodeSet } from './node-set.js';
import { unlessAborted } from './unless-aborted.js';

export class TipHeaderError extends CodedError<'TIP_HEADER_MALFORMED'> {}

interface RawHeader {
  /** 1 for the tip of the best chain, -1 beside it. */
  readonly confirmations: number;
  readonly height: number;
  readonly mediantime: number;
  /** 8 hex digits. */
  readonly bits: string;
}

/** bitcoind is busy with the block then, and would not have a template sooner. */
const HEADER_TIMEOUT_MS = 2_000;

/** Null when the block is not the node's tip. Throws `RpcError`, and `TipHeaderError` for an answer without sense. */
async function tipHeader(node: BitcoindNode, hash: string, signal: AbortSignal): Promise<TipHeader | null> {
  const options = { timeoutMs: HEADER_TIMEOUT_MS, signal };
  const raw = await node.direct.call<RawHeader>('getblockheader', [hash, true], options);
  if (raw.confirmations !== 1) return null;
  const isHeader =
    Number.isSafeInteger(raw.height) &&
    Number.isSafeInteger(raw.mediantime) &&
    /^[0-9a-f]{8}$/.test(raw.bits);
  if (!isHeader) throw new TipHeaderError('TIP_HEADER_MALFORMED', `${node.name} has no readable header`);
  return {
    hash: fromDisplayHex(hash),
    height: raw.height,
    bits: Number.parseInt(raw.bits, 16),
    medianTime: raw.mediantime,
  };
}

export class EmptyFirst {
  private asking = false;

  constructor(
    private readonly rules: Pick<Network, 'halvingBlocks' | 'retargeting'>,
    private readonly nodes: NodeSet,
    private readonly logger: Logger,
    private readonly timers: Pick<SteadyTimers, 'wallMs'>,
  ) {}

  /**
   * Opens and has vetted the socket that the next header will need beside the long-poll's, so that it need not be then;
   * the feed's probes keep it open. While no other question is under way.
   */
  async prepare(node: BitcoindNode, signal: AbortSignal): Promise<void> {
    try {
      await node.direct.call('getblockcount', [], { timeoutMs: HEADER_TIMEOUT_MS, signal });
      await unlessAborted(this.nodes.ensureVetted(node), signal);
    } catch (error) {
      this.logger.debug({ node: node.name, error: errorMessage(error) }, 'not ready for the next tip');
    }
  }

  /**
   * Empty work on the tip `hash` (display hex), higher than `before`. Null when the node does not know it as its tip,
   * not enough is known of the block after it, or another tip is being asked for: in a burst of blocks the template at
   * its end is as soon. `answered` is called when the node is free for the next question, once for all that came
   * meanwhile. `signal` ends the question. Never rejects: whatever is wrong, the full template will show it.
   */
  async greet(
    node: BitcoindNode,
    hash: string,
    before: BlockTemplate,
    signal: AbortSignal,
    answered: () => void,
  ): Promise<DigestedTemplate | null> {
    if (this.asking) return null;
    this.asking = true;
    try {
      const tip = await tipHeader(node, hash, signal).finally(() => {
        this.asking = false;
        answered();
      });
      if (tip === null || tip.height < before.height) return null;
      await unlessAborted(this.nodes.ensureVetted(node), signal);
      const nowSeconds = Math.floor(this.timers.wallMs() / 1000);
      const template = emptyTemplate(tip, before.version, nowSeconds, this.rules);
      return template === null ? null : { template, transactions: [], txids: new Uint8Array(0) };
    } catch (error) {
      this.logger.debug({ hash, node: node.name, error: errorMessage(error) }, 'no empty work on a new tip');
      return null;
    }
  }
}
