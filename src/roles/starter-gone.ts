/** Whether somebody started this process and wants it to end with them; killed as they may be, they say no more. */
import { END_WITH_STARTER } from '../lib/index.js';

/** Resolves when they are gone; never where nobody wants that. It keeps no process from ending. */
export function starterGone(): Promise<void> {
  if (process.send === undefined) return new Promise(() => {});
  // Gone before this was loaded, and what they said with them.
  if (!process.connected) return Promise.resolve();
  return new Promise((resolve) => {
    process.on('message', (message) => {
      if (message !== END_WITH_STARTER) return;
      if (process.connected) process.once('disconnect', resolve);
      else resolve();
    });
    // A listener would keep the process for as long as the channel is there.
    process.channel?.unref();
  });
}
