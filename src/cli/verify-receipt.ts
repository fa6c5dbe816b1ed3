/** `orcapool verify receipt <receipt>`: whether a node kept its word for a share, shown from bytes alone. */
import { readFileSync } from 'node:fs';
import { type NetworkName, network } from '../bitcoin/index.js';
import { judgeReceipt, vouchFault } from '../claims/index.js';
import { CodedError, fromHex, toDisplayHex, toHex } from '../lib/index.js';
import {
  decodeAppointment,
  decodeKeptReceipt,
  decodePackage,
  type KeptReceipt,
  type SignedReceipt,
} from '../rounds/index.js';
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
  /** False where what is at hand decides without one, and none was given. */
  readonly needsPackage: boolean;
}

export interface ReceiptClaim {
  /** Null where nobody says what was submitted. */
  readonly root: Uint8Array | 'idle' | null;
  /** On whose word the root is that of the node's claim, for people. */
  readonly by: string;
  /** Null for an idle round, and where none is needed. */
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

/** Whose word the receipt is, as far as the appointment at hand says. */
function wordOf({ receipt, appointment }: KeptReceipt): string {
  if (appointment === null) return 'by the package, if at all: no appointment came with the receipt';
  const fault = vouchFault(receipt, appointment);
  return fault === null ? `by the node key, from round ${appointment.fromRound} on` : `no: ${fault}`;
}

/** What the operand holds, with what the options add to it. */
function keptOf(operand: string, { appointment, proof }: Readonly<Record<string, unknown>>): KeptReceipt {
  const kept = decodeKeptReceipt(bytesOf(operand, 'the receipt'));
  return {
    receipt: kept.receipt,
    appointment:
      typeof appointment === 'string'
        ? decodeAppointment(bytesOf(appointment, 'the appointment'))
        : kept.appointment,
    proof: typeof proof === 'string' ? bytesOf(proof, 'the proof') : kept.proof,
  };
}

export function verifyReceiptCommand(sources: ReceiptSources): CliCommand {
  return {
    kind: 'command',
    words: 'verify receipt <receipt>',
    summary:
      'hold a receipt for a share against the claim of its round; exits with 0 kept, 1 omitted, 2 not proven',
    configured: true,
    // 1 would say to a script that the node broke its word.
    refusalCode: EXIT_CODES.unproven,
    options: [
      {
        flags: '--appointment <hex or file>',
        about: 'that the node key appointed the key of the receipt, as it came with the receipt',
      },
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
      { flags: '--proof <hex or file>', about: 'a proof of membership, in place of the package' },
    ],
    examples: [
      'orcapool verify receipt 6f72… --node http://node:8080    # did that node count the share',
      'orcapool verify receipt omission.bin --submission "orc1|…"    # receipt, appointment and proof in one file',
    ],
    async run({ config, operands, options, terminal }) {
      const kept = keptOf(operands[0]!, options);
      const { receipt, appointment } = kept;
      show(terminal, [
        ['share', toDisplayHex(receipt.shareHash)],
        ['round', String(receipt.round)],
        ['bits', receipt.bits.toString(16).padStart(8, '0')],
        ['miner id', toHex(receipt.minerId)],
        ['node key', toHex(receipt.nodeKey)],
        ['task', toHex(receipt.taskId)],
        ['appointed', wordOf(kept)],
      ]);
      const address = textOf(options.address);
      const asked = textOf(options.package);
      const hasProof = kept.proof !== null || address !== null;
      const wish: ReceiptWish = {
        ...{ receipt, submission: textOf(options.submission), node: textOf(options.node), package: asked },
        needsPackage: asked !== null || !hasProof || appointment === null,
      };
      const { root, by, package: bytes } = await sources.claim(wish);
      const pack = bytes === null ? null : decodePackage(bytes, null);
      const claimed = root instanceof Uint8Array ? toHex(root) : (root ?? toHex(pack!.root));
      show(terminal, [
        ['claim', claimed],
        ['believed', by],
      ]);
      const proof = kept.proof ?? (address === null ? null : await sources.proof(wish, address));
      const told = { root, package: pack, appointment };
      const verdict = judgeReceipt(receipt, told, proof, network(sources.network(config)));
      const look = verdict.kind === 'kept' ? 'green' : verdict.kind === 'omitted' ? 'red' : 'yellow';
      terminal.write(`\n${paint(terminal, look, verdict.kind)}: ${verdict.says}\n`);
      return EXIT_CODES[verdict.kind];
    },
  };
}
