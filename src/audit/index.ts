export { audit, auditOfBytes } from './audit.js';
export type { AuditReport, CheckOutcome, Verdict } from './audit-report.js';
export type {
  AuditSubject,
  BlocksFound,
  ClaimBefore,
  ClaimUnderAudit,
  ObserverFacts,
  RoundUnderAudit,
  VerifySignature,
} from './audit-subject.js';
export { type BlockFacts, type ChainFacts, MARGIN_SECONDS } from './chain-facts.js';
export { type ChainWindow, chainQuestions, chainWindow, shownHeaders } from './chain-questions.js';
export { CHECKS, type CheckEntry, type CheckName, type CheckResult, explainCheck } from './check-list.js';
export type { Evidence } from './finding.js';
