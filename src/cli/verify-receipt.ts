/** `orcapool verify receipt <receipt>`: whether a node kept its word for a share, shown from bytes alone. */
import { readFileSync } from 'node:fs';
import { type NetworkName, network } from '../bitcoin/index.js';
import { isSigned, judgeReceipt } from '../claims/index.js';
import { CodedError, fromHex, toDisplayHex, toHex } from '../lib/index.js';
import {
  decodePackage,
  decodeReceipt,
  type Membership,
  type SignedReceipt,
  verifyMembershipProof,
} from '../rounds/index.js';
import type { CliCommand } from './command.js';
import type { ConfigFlags } from './config-flags.js';
import { paint, type Terminal } from './terminal.js';

export class VerifyReceiptError extends CodedError<'RECEIPT_TEXT' | 'PACKAGE_NEEDED'> {}

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

function show(receipt: SignedReceipt, terminal: Terminal): void {
  const facts: readonly (readonly [string, string])[] = [
    ['share', toDisplayHex(receipt.shareHash)],
    ['round', String(receipt.round)],
    ['bits', receipt.bits.toString(16).padStart(8, '0')],
    ['miner id', toHex(receipt.minerId)],
    ['node key', toHex(receipt.nodeKey)],
    ['task', toHex(receipt.taskId)],
  ];
  for (const [name, value] of facts)
    terminal.write(`   ${paint(terminal, 'dim', name.padEnd(10))} ${value}\n`);
}

function run(
  receipt: SignedReceipt,
  packageFile: unknown,
  proof: unknown,
  name: NetworkName,
  terminal: Terminal,
): number {
  if (typeof packageFile !== 'string') {
    throw new VerifyReceiptError(
      'PACKAGE_NEEDED',
      `give --package: the node's claim of round ${receipt.round}, from its /api/v1/rounds/${receipt.round}/package`,
    );
  }
  const pack = decodePackage(new Uint8Array(readFileSync(packageFile)), null);
  const membership: Membership | null =
    typeof proof === 'string'
      ? verifyMembershipProof(bytesOf(proof, 'the proof'), pack.root, receipt.minerId, receipt.shareHash)
      : null;
  const verdict = judgeReceipt(receipt, pack, membership, network(name));
  const { appointment } = pack;
  const signed = appointment !== null && isSigned(receipt, appointment.receiptKey);
  terminal.write(
    `   ${paint(terminal, 'dim', 'signed'.padEnd(10))} ${signed ? 'by the key in the package' : 'by no key that the package names'}\n`,
  );
  const look = verdict.kind === 'kept' ? 'green' : verdict.kind === 'omitted' ? 'red' : 'yellow';
  terminal.write(`\n${paint(terminal, look, verdict.kind)}: ${verdict.says}\n`);
  return EXIT_CODES[verdict.kind];
}

export function verifyReceiptCommand(networkOf: (flags: ConfigFlags) => NetworkName): CliCommand {
  return {
    kind: 'command',
    words: 'verify receipt <receipt>',
    summary:
      'hold a receipt for a share against the claim of its round; exits with 0 kept, 1 omitted, 2 not proven',
    configured: true,
    options: [
      { flags: '--package <file>', about: "the claim's package" },
      { flags: '--proof <hex or file>', about: 'a proof of membership, where the package has no records' },
    ],
    async run({ config, operands, options, terminal }) {
      const receipt = decodeReceipt(bytesOf(operands[0]!, 'the receipt'));
      show(receipt, terminal);
      return run(receipt, options.package, options.proof, networkOf(config), terminal);
    },
  };
}
