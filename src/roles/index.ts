export { AuditClaimError, auditClaim } from './audit-claim.js';
export { createLogger, type LoggerOptions, type LogStream } from './create-logger.js';
export { doctorSubject } from './doctor-subject.js';
export { findLog, findState, networkOf, readSettings } from './read-config.js';
export { membershipProof, ReceiptClaimError, receiptClaim } from './receipt-claim.js';
export { runLocalnet } from './run-localnet.js';
export { runNode } from './run-node.js';
export { systemTimers } from './system-timers.js';
export { untilSignal } from './until-signal.js';
