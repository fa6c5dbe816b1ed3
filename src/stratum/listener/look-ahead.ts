/**
 * A look at a line or frame whose turn the share log holds up: a block in it waits for no disk. Its turn comes all the
 * same.
 */
import { FRAME_BYTE } from '../agent/frame.js';
import { shareRequest } from '../agent/frame-request.js';
import type { Session } from '../session/session.js';
import { usernameOf } from '../session/worker.js';
import { type Found, foundBy, foundIn } from '../v1/submit.js';
import type { Floor } from './floor.js';
import { isSpelledLikeShare } from './line-reader.js';

/** `isProven`: an accepted share of the connection is on disk. */
export function lookAhead(line: string, session: Session, floor: Floor, isProven: boolean): void {
  const found = line.charCodeAt(0) === FRAME_BYTE ? foundInFrame(line, session) : foundInLine(line);
  if (found === null) return;
  const nowMs = floor.timers.nowMs();
  const { username, solution } = found;
  const jobId = session.jobIdOf(found.jobId);
  const block = session.strayBlock({ jobId, solution }, nowMs);
  const worker = username === null ? null : session.crew.workerOf(username);
  const isOwn = worker !== null && session.job(jobId, nowMs) === block?.issued;
  if (block !== null) floor.desk.stray(isOwn ? { ...block, worker: usernameOf(worker) } : block);
  if (session.isElsewhere(jobId)) floor.desk.elsewhere({ jobId, solution }, isProven);
}

function foundInLine(line: string): Found | null {
  return isSpelledLikeShare(line) ? foundIn(line) : null;
}

function foundInFrame(frame: string, { agent, crew }: Session): Found | null {
  const request = agent === null ? null : shareRequest(agent, crew, frame);
  return request === null ? null : foundBy(request.params);
}
