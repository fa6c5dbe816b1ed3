/** What the pool says on a connection, to a miner in lines and to a farm agent in lines and frames. */
import type { Assignment } from '../session/job-memory.js';
import { answer, refusal } from '../v1/messages.js';
import { notify } from '../v1/notify.js';
import { OTHER, type StratumError } from '../v1/stratum-error.js';
import type { FarmAgent } from './farm-agent.js';
import { FRAME_BYTE, submitResponse } from './frame.js';
import { shareIndex } from './frame-request.js';

/** btcpool's StratumStatus: accepted, and refused for no reason that it has a number for. The others are Stratum's codes. */
const ACCEPTED = 1_798_084_231;
const REFUSED = 0;

export function jobWords(agent: FarmAgent | null, assignment: Assignment): string {
  const { issued } = assignment;
  if (agent === null) return notify(assignment);
  return agent.tell(issued.difficulty) + notify(assignment, agent.jobIds.give(issued));
}

/** Empty where nobody waits for an answer. */
export function answerWords(agent: FarmAgent | null, id: string, result: string): string {
  return id.charCodeAt(0) === FRAME_BYTE ? shareWords(agent, id, ACCEPTED) : answer(id, result);
}

/** Empty as above. */
export function refusalWords(agent: FarmAgent | null, id: string, error: StratumError): string {
  if (id.charCodeAt(0) !== FRAME_BYTE) return refusal(id, error);
  return shareWords(agent, id, error.code === OTHER ? REFUSED : error.code);
}

function shareWords(agent: FarmAgent | null, id: string, status: number): string {
  const index = shareIndex(id);
  return agent?.hearsOfShares !== true || index === null ? '' : submitResponse(index, status);
}
