/**
 * The entry of a thread that audits one submission: it says which blocks it has to hear of, is told, and answers with
 * the report. Recomputing a round's shares takes a tenth of a second and a hostile package may take longer; the
 * coordinator's loop waits for neither.
 */
import { parentPort, workerData } from 'node:worker_threads';
import {
  type AuditReport,
  type AuditSubject,
  audit,
  type ChainFacts,
  chainQuestions,
  shownHeaders,
} from '../audit/index.js';
import { isSignedBy } from './is-signed-by.js';

/** Without what the chain says. */
export type UnaskedSubject = Omit<AuditSubject, 'chain'>;

/** By hash in display order, 80 bytes each. */
export type Headers = ReadonlyMap<string, Uint8Array>;

export type AuditThreadMessage =
  | { readonly kind: 'questions'; readonly hashes: readonly string[]; readonly shown: Headers }
  | { readonly kind: 'report'; readonly report: AuditReport };

if (parentPort !== null) {
  const port = parentPort;
  const subject = workerData as UnaskedSubject;
  const say = (message: AuditThreadMessage): void => port.postMessage(message);
  port.once('message', (chain: ChainFacts | null) => {
    say({ kind: 'report', report: audit({ ...subject, chain }, isSignedBy) });
    port.close();
  });
  say({ kind: 'questions', hashes: chainQuestions(subject), shown: shownHeaders(subject) });
}
