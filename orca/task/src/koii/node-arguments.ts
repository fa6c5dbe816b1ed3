/**
 * What a Koii node tells its task: ten arguments, in this order, and nothing by environment. See
 * docs/operations.md, "The Koii task".
 */
import { CodedError } from '../../../../src/lib/index.js';

export class NodeArgumentsError extends CodedError<'ARGUMENTS_MISSING'> {}

export interface NodeArguments {
  readonly taskName: string;
  /** Base58. */
  readonly taskId: string;
  /** Of 127.0.0.1, where the task serves its routes. */
  readonly httpPort: number;
  readonly mode: string;
  readonly mainAccount: string;
  /** By which the node knows its own task's calls. */
  readonly secret: string;
  readonly k2Url: string;
  readonly serviceUrl: string;
  readonly nodePort: number;
}

/** `argv`: the process's own, whose first two are Node and the bundle. Throws `NodeArgumentsError`. */
export function readNodeArguments(argv: readonly string[]): NodeArguments {
  // The last but one is the stake, which nodes do not always know; K2 does.
  const [taskName, taskId, httpPort, mode, mainAccount, secret, k2Url, serviceUrl, , nodePort] =
    argv.slice(2);
  const numbers = [httpPort, nodePort].map(Number);
  if (!taskId || !secret || numbers.some((value) => !Number.isSafeInteger(value))) {
    throw new NodeArgumentsError(
      'ARGUMENTS_MISSING',
      'a Koii node starts this file with the ten arguments of a task: add the task in the node and start it there',
    );
  }
  return {
    ...{ taskName: taskName!, taskId, httpPort: numbers[0]!, mode: mode!, mainAccount: mainAccount! },
    ...{ secret, k2Url: k2Url!, serviceUrl: serviceUrl!, nodePort: numbers[1]! },
  };
}
