/**
 * The entry of a thread that audits one submission. What bytes and proof of work decide is decided first; only a
 * submission that they leave standing has bitcoind asked about blocks. Recomputing a round's shares takes a tenth of a
 * second and a hostile package may take longer; the coordinator's loop waits for neither.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type AuditReport, type AuditSubject, audit, auditOfBytes } from '../audit/index.js';
import { isSignedBy } from '../claims/index.js';
import type { AuditAnswers } from './audit-questions.js';
import { type ChainQuestions, questionsOf } from './chain-questions.js';

/** Without what the chain says, and what this node observed. */
export type UnaskedSubject = Omit<AuditSubject, keyof AuditAnswers>;

export type AuditThreadMessage =
  | ({ readonly kind: 'questions' } & ChainQuestions)
  | { readonly kind: 'report'; readonly report: AuditReport };

if (parentPort !== null) {
  const port = parentPort;
  const subject = workerData as UnaskedSubject;
  const say = (message: AuditThreadMessage): void => port.postMessage(message);
  const decided = auditOfBytes(subject, isSignedBy);
  if (decided !== null) say({ kind: 'report', report: decided });
  else {
    port.once('message', (answers: AuditAnswers) => {
      say({ kind: 'report', report: audit({ ...subject, ...answers }, isSignedBy) });
      port.close();
    });
    say({ kind: 'questions', ...questionsOf(subject) });
  }
}
