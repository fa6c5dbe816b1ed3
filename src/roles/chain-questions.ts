/**
 * What an audit asks bitcoind. In a file of its own, for the thread of an audit is started anew for each submission, and
 * the client of bitcoind with its packages would be half of what it loads.
 */
import {
  type AuditSubject,
  type ChainWindow,
  chainQuestions,
  chainWindow,
  shownHeaders,
} from '../audit/index.js';

/** As `audit` gives them. */
export interface ChainQuestions {
  /** In display order. */
  readonly hashes: readonly string[];
  /** By hash in display order, 80 bytes each. */
  readonly shown: ReadonlyMap<string, Uint8Array>;
  readonly window: ChainWindow;
}

export function questionsOf(subject: Pick<AuditSubject, 'claim' | 'before'>): ChainQuestions {
  return { hashes: chainQuestions(subject), shown: shownHeaders(subject), window: chainWindow(subject) };
}
