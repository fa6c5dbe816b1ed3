/** What the disk refused of a node's records beside the share log. The node goes on, and writes them when it can. */
import type { NodeParts } from './node-parts.js';

export type RecordKeepers = Pick<NodeParts, 'seen' | 'tips' | 'guard' | 'noted'> & {
  readonly submitter: Pick<NodeParts['submitter'], 'journalFault'>;
};

/** For people, a sentence each; none while all is written. */
export function unwrittenRecords({ submitter, noted, seen, tips, guard }: RecordKeepers): string[] {
  const told = (what: string, fault: string | null): string[] =>
    fault === null ? [] : [`${what}: ${fault}`];
  return [
    ...told('found blocks cannot be written to blocks.sqlite', submitter.journalFault),
    ...told('a found block could not be noted in found-blocks/', noted.fault),
    ...told('what this node saw of the chain cannot be written', seen.fault),
    ...told('headers of blocks cannot be written', tips.fault),
    ...told('who has proved work cannot be written', guard.fault),
  ];
}
