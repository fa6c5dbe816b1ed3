/** Whether the difficulties a listener is to give out are within what the network allows a share to be worth. */
import { bitsOfDifficulty, gridFloor, workOfBits } from '../../bitcoin/index.js';
import { CodedError } from '../../lib/index.js';
import type { ListenerOptions } from './listener-options.js';

export class ListenerError extends CodedError<'LISTENER_DIFFICULTY'> {}

/** Throws `ListenerError`. */
export function wantDifficulties({ network, minDifficulty, maxDifficulty }: ListenerOptions): void {
  const least = gridFloor(minDifficulty);
  const most = gridFloor(maxDifficulty);
  const inBounds =
    workOfBits(bitsOfDifficulty(least)) >= network.minWork &&
    workOfBits(bitsOfDifficulty(most)) <= network.maxWork &&
    least <= most;
  if (inBounds) return;
  throw new ListenerError(
    'LISTENER_DIFFICULTY',
    `share difficulties from ${minDifficulty} to ${maxDifficulty} are outside what ${network.name} allows: ` +
      'raise the minimum or lower the maximum',
  );
}
