/** `orcapool audit <submission>`: the verdict on a claim, check by check, for anybody with a bitcoind. */
import type { AuditReport, CheckOutcome, Evidence } from '../audit/index.js';
import { CodedError, fromHex, jsonText } from '../lib/index.js';
import type { CliCommand } from './command.js';
import type { ConfigFlags } from './config-flags.js';
import { paint, type Terminal } from './terminal.js';

export class AuditCommandError extends CodedError<'AUDIT_SUBMITTER' | 'AUDIT_NODE'> {}

export interface AuditWish {
  /** As it stands on chain, or the URL of a node's closed round. */
  readonly submission: string;
  /** A file or URL; null for the node and the gateways. */
  readonly package: string | null;
  /** The HTTP interface of a node that may have the package. */
  readonly node: string | null;
  /** 32 bytes; null for the configuration's node. */
  readonly submitter: Uint8Array | null;
}

export type AuditClaim = (flags: ConfigFlags, wish: AuditWish) => Promise<AuditReport>;

const LOOK_OF: Readonly<Record<CheckOutcome, 'green' | 'red' | 'yellow' | 'dim'>> = {
  passed: 'green',
  failed: 'red',
  suspect: 'yellow',
  unknown: 'yellow',
  unweighed: 'yellow',
  skipped: 'dim',
  'not-reached': 'dim',
};

function submitterOf(text: unknown): Uint8Array | null {
  if (text === undefined) return null;
  if (typeof text === 'string' && /^[0-9a-fA-F]{64}$/.test(text)) return fromHex(text.toLowerCase());
  throw new AuditCommandError('AUDIT_SUBMITTER', '--submitter is a K2 public key of 64 hex digits');
}

function nodeOf(text: unknown): string | null {
  if (text === undefined) return null;
  if (typeof text === 'string' && URL.canParse(text) && /^https?:/.test(text)) return text;
  throw new AuditCommandError('AUDIT_NODE', '--node is a URL such as http://node:8080');
}

function evidenceText(evidence: Evidence | string | null): string {
  if (evidence === null || typeof evidence === 'string') return evidence ?? '';
  return Object.entries(evidence)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

function show(report: AuditReport, terminal: Terminal): void {
  for (const { no, name, outcome, why } of report.checks) {
    const told = evidenceText(why);
    terminal.write(
      `${String(no).padStart(3)} ${name.padEnd(18)} ${paint(terminal, LOOK_OF[outcome], outcome.padEnd(11))}` +
        `${told === '' ? '' : ` ${paint(terminal, 'dim', told)}`}\n`,
    );
  }
  const { verdict } = report;
  if (verdict.kind === 'valid') {
    terminal.write(
      `\n${paint(terminal, 'green', 'valid')}: ${report.weight} expected hashes, each of them recomputed\n`,
    );
  } else if (verdict.kind === 'invalid') {
    const said = `invalid by check ${verdict.check}`;
    terminal.write(`\n${paint(terminal, 'red', said)}: ${evidenceText(verdict.evidence)}\n`);
  } else terminal.write(`\n${paint(terminal, 'yellow', 'abstains')}: ${verdict.reason}\n`);
}

const EXIT_CODES = { valid: 0, invalid: 1, abstain: 2 } as const;

export function auditCommand(auditClaim: AuditClaim): CliCommand {
  return {
    kind: 'command',
    words: 'audit <submission>',
    summary:
      'judge a claim by its package and your own bitcoind; exits with 0 valid, 1 invalid, 2 cannot tell',
    configured: true,
    // No audit is no verdict: 1 would say to a script that the claim is false.
    refusalCode: EXIT_CODES.abstain,
    options: [
      {
        flags: '--package <file or URL>',
        about: 'the package; by default from the node, and from claims.gateways by its CID',
      },
      { flags: '--node <url>', about: "the claiming node's HTTP interface, which may have the package" },
      {
        flags: '--submitter <key>',
        about: 'the K2 key that submitted, in hex; by default the one of this node',
      },
      { flags: '--json', about: 'the whole report as JSON' },
    ],
    examples: ['orcapool audit http://node:8080/submission/7    # is what that node claims true'],
    async run({ config, operands, options, terminal }) {
      const report = await auditClaim(config, {
        submission: operands[0]!,
        package: typeof options.package === 'string' ? options.package : null,
        node: nodeOf(options.node),
        submitter: submitterOf(options.submitter),
      });
      if (options.json === true) terminal.write(`${jsonText(report, 2)}\n`);
      else show(report, terminal);
      return EXIT_CODES[report.verdict.kind];
    },
  };
}
