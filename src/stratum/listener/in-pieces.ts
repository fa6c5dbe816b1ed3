/**
 * Work on many things on the sockets' loop, a few at a time: between the pieces the event loop goes round. What comes
 * first is done at once.
 */

/** Resolves when `work` was called for each. `size`: a piece's, a few milliseconds of work. */
export async function inPieces<Item>(
  items: Iterable<Item>,
  size: number,
  work: (item: Item) => void,
): Promise<void> {
  let left = size;
  for (const item of items) {
    if (left === 0) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      left = size;
    }
    work(item);
    left--;
  }
}
