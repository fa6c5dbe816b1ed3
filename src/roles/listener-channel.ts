/** A listener's side of the channel to its coordinator. */
import type { FromListener } from './process-messages.js';

/** Nobody is left to read it once the channel is closed. */
export function tell(message: FromListener): void {
  if (process.connected) process.send!(message, undefined, undefined, () => {});
}

/** Resolves when the channel has taken it: what is told last must not end with the process. */
export function tellSurely(message: FromListener): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send!(message, undefined, undefined, () => resolve());
    else resolve();
  });
}
