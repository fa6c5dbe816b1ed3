/** `orcapool verify receipt <receipt>`: whether a node kept its word for a share, shown from bytes alone. */
import { readFileSync } from 'node:fs';
import { type NetworkName, network } from '../bitcoin/index.js';
import { isSigned, judgeReceipt } from '../claims/index.js';
import { CodedError, fromHex, toDisplayHex, toHex } from '../lib/index.js';
import { decodePackage, decodeReceipt, type SignedReceipt, verifyMembershipProof } from '../rounds/index.js';
import type { CliCommand } from './command.js';
import type { ConfigFlags } from './config-flags.js';
import { paint, type Terminal } from './terminal.js';

export class VerifyReceiptError extends CodedError<'RECEIPT_TEXT'> {}

export interface ReceiptWish {
  readonly receipt: SignedReceipt;
  /** As it stands on chain; null for what the node tells. */
  readonly submission: string | null;
  /** The HTTP interface of the claiming node. */
  readonly node: string | null;
  /** A file or URL; null for the node. */
  readonly package: string | null;
}

export interface ReceiptClaim {
  /** Null where nobody says what was submitted. */
  readonly root: Uint8Array | 'idle' | null;
  /** On whose word the root is that of the node's claim, for people. */
  readonly by: string;
  /** Null for an idle round. */
  readonly package: Uint8Array | null;
}

export interface ReceiptSources {
  network(flags: ConfigFlags): NetworkName;
  /** Rejects with a `CodedError`. */
  claim(wish: ReceiptWish): Promise<ReceiptClaim>;
  /** A proof of membership of the receipt's share, of the miner paid at `address`. Rejects with a `CodedError`. */
  proof(wish: ReceiptWish, address: string): Promise<Uint8Array>;
}

/** Exit codes: the word was kept, it was broken and that is proven, nothing is proven. */
const EXIT_CODES = { kept: 0, omitted: 1, unproven: 2, mismatch: 2 } as const;

function bytesOf(text: string, what: string): Uint8Array {
  try {
    return fromHex(text.trim());
  } catch {
    // Not hex: a file that holds it.
  }
  try {
    const content = readFileSync(text);
    const hex = content.toString('latin1').trim();
    return /^(?:[0-9a-fA-F]{2})+$/.test(hex) ? fromHex(hex) : new Uint8Array(content);
  } catch (error) {
    throw new VerifyReceiptError(
      'RECEIPT_TEXT',
      `${what} is neither hex nor a file that can be read`,
      {},
      error,
    );
  }
}

function show(terminal: Terminal, facts: readonly (readonly [string, string])[]): void {
  for (const [name, value] of facts)
    terminal.write(`   ${paint(terminal, 'dim', name.padEnd(10))} ${value}\n`);
}

function textOf(option: unknown): string | null {
  return typeof option === 'string' ? option : null;
}

export function verifyReceiptCommand(sources: ReceiptSources): CliCommand {
  return {
    kind: 'command',
    words: 'verify receipt <receipt>',
    summary:
      'hold a receipt for a share against the claim of its round; exits with 0 kept, 1 omitted, 2 not proven',
    configured: true,
    options: [
      { flags: '--node <url>', about: "the claiming node's HTTP interface, which says what it submitted" },
      {
        flags: '--submission <text>',
        about: 'what the node key submitted for the round, as it stands on K2',
      },
      { flags: '--package <file or URL>', about: "the claim's package; by default from the node" },
      {
        flags: '--address <payout>',
        about: 'whom the share was for: asks the node for a proof of membership',
      },
      { flags: '--proof <hex or file>', about: 'a proof of membership, where the package has no records' },
    ],
    examples: ['orcapool verify receipt 6f72… --node http://node:8080    # did that node count the share'],
    async run({ config, operands, options, terminal }) {
      const receipt = decodeReceipt(bytesOf(operands[0]!, 'the receipt'));
      show(terminal, [
        ['share', toDisplayHex(receipt.shareHash)],
        ['round', String(receipt.round)],
        ['bits', receipt.bits.toString(16).padStart(8, '0')],
        ['miner id', toHex(receipt.minerId)],
        ['node key', toHex(receipt.nodeKey)],
        ['task', toHex(receipt.taskId)],
      ]);
      const wish: ReceiptWish = {
        ...{ receipt, submission: textOf(options.submission), node: textOf(options.node) },
        package: textOf(options.package),
      };
      const { root, by, package: bytes } = await sources.claim(wish);
      const pack = bytes === null ? null : decodePackage(bytes, null);
      const claimed = root instanceof Uint8Array ? toHex(root) : (root ?? toHex(pack!.root));
      show(terminal, [
        ['claim', claimed],
        ['believed', by],
      ]);
      const told = { root, package: pack };
      const { address } = options;
      const proof =
        typeof options.proof === 'string'
          ? bytesOf(options.proof, 'the proof')
          : typeof address === 'string'
            ? await sources.proof(wish, address)
            : null;
      const membership =
        proof === null || pack === null
          ? null
          : verifyMembershipProof(proof, pack.root, receipt.minerId, receipt.shareHash);
      const verdict = judgeReceipt(receipt, told, membership, network(sources.network(config)));
      const key = pack?.appointment?.receiptKey;
      const signed = key !== undefined && isSigned(receipt, key);
      show(terminal, [['signed', signed ? 'by the key in the package' : 'by no key that the package names']]);
      const look = verdict.kind === 'kept' ? 'green' : verdict.kind === 'omitted' ? 'red' : 'yellow';
      terminal.write(`\n${paint(terminal, look, verdict.kind)}: ${verdict.says}\n`);
      return EXIT_CODES[verdict.kind];
    },
  };
}
