/**
 * A round by its slots (docs/claim-format.md, "Who does what when"): worked in, then submitted in the first window of
 * the next round and audited in the second. All windows include their last slot.
 */
import type { TaskState } from '../koii/koii-node.js';

export interface RoundSlots {
  readonly startSlot: number;
  readonly endSlot: number;
  readonly submissionDeadlineSlot: number;
  readonly auditDeadlineSlot: number;
}

type Windows = Pick<TaskState, 'starting_slot' | 'round_time' | 'submission_window' | 'audit_window'>;

export function roundAt(slot: number, { starting_slot, round_time }: Windows): number {
  return Math.floor((slot - starting_slot) / round_time);
}

export function slotsOfRound(round: number, task: Windows): RoundSlots {
  const startSlot = task.starting_slot + round * task.round_time;
  const endSlot = startSlot + task.round_time - 1;
  const submissionDeadlineSlot = endSlot + task.submission_window;
  return {
    startSlot,
    endSlot,
    submissionDeadlineSlot,
    auditDeadlineSlot: submissionDeadlineSlot + task.audit_window,
  };
}

/** Where the beacon of a round's draws is looked for (docs/claim-format.md, "Draws"). */
export function beaconSlot({ submissionDeadlineSlot }: RoundSlots): number {
  return submissionDeadlineSlot + 32;
}

/** The slot at `part` of the round's audit window, from 0 to 1. */
export function auditSlot({ submissionDeadlineSlot, auditDeadlineSlot }: RoundSlots, part: number): number {
  return submissionDeadlineSlot + Math.floor(part * (auditDeadlineSlot - submissionDeadlineSlot));
}
