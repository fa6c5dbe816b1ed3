/**
 * What the bundle uses of Koii's packages, which are not installed where this is type-checked. Where they are, these
 * declarations still are what is checked against; running the bundle shows whether they are true.
 */
declare module '@_koii/namespace-wrapper' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export const namespaceWrapper: import('./koii/packaged-koii-node.js').NamespaceWrapper;
  /** Express's, as far as it is used. */
  export const app: {
    get(path: string | RegExp, route: (request: IncomingMessage, response: ServerResponse) => void): void;
  };
}

declare module '@_koii/task-manager' {
  export interface Submitter {
    readonly publicKey: string;
    readonly votes: number;
    readonly stake: number;
  }

  export function initializeTaskManager(functions: {
    setup(): Promise<void>;
    task(round: number): Promise<void>;
    submission(round: number): Promise<string>;
    audit(submission: string, round: number, submitter: string): Promise<boolean>;
    distribution(
      submitters: readonly Submitter[],
      bounty: number,
      round: number,
    ): Promise<Record<string, number>>;
    routes(): Promise<void>;
  }): void;
}

declare module '@_koii/web3.js' {
  export class PublicKey {
    constructor(base58: string);
    toBase58(): string;
  }
}
