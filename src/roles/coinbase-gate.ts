/**
 * Before the first work of a start, bitcoind reads a coinbase of ours: a mistake must not wait for a block. Once one
 * template's check has passed, work is never held up again, whatever a check still under way says.
 */
import { checkCoinbase, type RpcClient } from '../bitcoind/index.js';
import { CodedError, equalBytes, errorMessage, type Logger, toHex } from '../lib/index.js';
import type { BlockTemplate } from '../mining/index.js';
import type { SampleCoinbase } from './sample-coinbase.js';

export class CoinbaseGateError extends CodedError<'COINBASE_CHECK_FAILED'> {}

/** Returns the txid; throws `CoinbaseGateError`, or what `checkCoinbase` throws. */
export async function readAsMeant(rpc: RpcClient, { coinbase, outputs }: SampleCoinbase): Promise<string> {
  const decoded = await checkCoinbase(rpc, toHex(coinbase));
  const same =
    decoded.outputs.length === outputs.length &&
    decoded.outputs.every(
      ({ valueSats, script }, i) =>
        valueSats === outputs[i]!.valueSats && equalBytes(script, outputs[i]!.script),
    );
  if (!same) {
    throw new CoinbaseGateError('COINBASE_CHECK_FAILED', 'bitcoind reads other outputs in our coinbase');
  }
  return decoded.txid;
}

export class CoinbaseGate {
  private passed = false;
  private latest: BlockTemplate | null = null;

  /** `check`: resolves to the sample's txid, or rejects with the reason. */
  constructor(
    private readonly check: (template: BlockTemplate) => Promise<string>,
    private readonly logger: Logger,
  ) {}

  get isOpen(): boolean {
    return this.passed;
  }

  /**
   * Resolves to `'open'` when work may go out, and to the reason when it may not; to null when that is for a later
   * template's check to say. Never rejects.
   */
  async ask(template: BlockTemplate): Promise<'open' | { readonly reason: string } | null> {
    this.latest = template;
    try {
      const txid = await this.check(template);
      if (!this.passed) this.logger.info({ txid }, 'bitcoind reads our coinbase as we mean it');
      this.passed = true;
      return 'open';
    } catch (error) {
      if (this.passed || template !== this.latest) return null;
      const reason = `the coinbase check failed: ${errorMessage(error)}`;
      this.logger.error({ error: errorMessage(error) }, 'no work is served: the coinbase check failed');
      return { reason };
    }
  }
}
