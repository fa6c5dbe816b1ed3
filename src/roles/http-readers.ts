/** What the node's HTTP routes read from and call into, put together. */
import type { HealthReader, HttpReaders } from '../http/index.js';
import { AuditDesk } from './audit-desk.js';
import { ClaimFacts } from './claim-facts.js';
import type { NodeClaims } from './node-claims.js';
import type { NodeFacts } from './node-facts.js';
import type { NodeDeps } from './node-parts.js';
import type { NodeView } from './node-view.js';
import { PlatformCalls } from './platform-calls.js';
import { proofSubmitter } from './proof-submitter.js';
import { ReceiptFacts } from './receipt-facts.js';

export interface ReadNode extends NodeView {
  readonly facts: NodeFacts;
  /** Null in solo mode. */
  readonly claims: NodeClaims | null;
}

/** `onRound`: called when the Koii task has told of a round. */
export function httpReaders(
  node: ReadNode,
  health: HealthReader,
  deps: NodeDeps,
  onRound: () => void,
): HttpReaders {
  const { config, facts, claims, parts } = node;
  const { bus, metrics, shares } = parts;
  const proofs = proofSubmitter(node);
  const common = { health, rounds: facts, shares: facts, pool: facts, proofs, events: bus, metrics };
  if (claims === null) return { ...common, claims: null, receipts: null, audits: null, platform: null };
  const audits = AuditDesk.of(config, parts, claims.rounds, deps);
  return {
    ...common,
    claims: new ClaimFacts(claims, config.network),
    receipts: new ReceiptFacts(claims, shares, config.network),
    audits,
    platform: new PlatformCalls(claims, audits, deps.timers, onRound),
  };
}
