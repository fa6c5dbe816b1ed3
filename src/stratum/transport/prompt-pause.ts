/**
 * That a socket is not read from means little to Node at first: it takes what comes up to the stream's high-water mark, each
 * segment in a buffer of its own, so 16 KiB that come byte by byte are 6 MiB that nobody knows of. With a mark of one byte it
 * takes one segment, and the rest waits in the kernel, which puts it together.
 */
import type { Socket } from 'node:net';

const MARK_BYTES = 1;

/** A server has an option for it since Node 18.17; Koii's nodes run 18.12, so it is set where the stream keeps it. */
export function pausePromptly(socket: Socket): void {
  const { _readableState: state } = socket as unknown as { _readableState?: { highWaterMark: number } };
  if (state !== undefined) state.highWaterMark = MARK_BYTES;
}
