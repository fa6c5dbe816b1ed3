/** What the template feed says: here is work, or there is none. */
import type { DigestedTemplate } from '../mining/index.js';
import type { TemplateCause } from './template-policy.js';

export interface FedTemplate extends DigestedTemplate {
  readonly cause: TemplateCause;
  /** The node it came from. */
  readonly node: string;
  /** By the system's clock. */
  readonly takenMs: number;
  /** Made of the tip's header, without transactions, until bitcoind's own template is there. */
  readonly isEmptyFirst: boolean;
}

/** Why there is no work: no bitcoind gives a template, or the disk does not take one. */
export interface LostWork {
  readonly cause: 'bitcoind' | 'disk';
  /** What is wrong and what to do; one a node. */
  readonly reasons: readonly string[];
}

export interface TemplateFeedEvents {
  template: [FedTemplate];
  /** No work can be served. */
  lost: [LostWork];
  /** Precedes the first template after `lost`. */
  restored: [];
}
