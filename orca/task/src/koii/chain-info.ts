/** What a Koii node says of a round's submissions and lists, read as it comes: a proxy's page or a number is none. */
import type { DistributionInfo, SubmissionInfo } from './koii-node.js';

/** Null for an answer of another form. What nobody has doubted may be left out. */
export function readSubmissionInfo(answer: unknown): SubmissionInfo | null {
  const { submissions, submissions_audit_trigger = {} } = fieldsOf(answer);
  if (!isObject(submissions) || !isObject(submissions_audit_trigger)) return null;
  return { submissions, submissions_audit_trigger } as SubmissionInfo;
}

/** Null for an answer of another form. */
export function readDistributionInfo(answer: unknown): DistributionInfo | null {
  const {
    distribution_rewards_submission,
    distributions_audit_trigger = {},
    distributions_audit_record = {},
  } = fieldsOf(answer);
  const all = [distribution_rewards_submission, distributions_audit_trigger, distributions_audit_record];
  if (!all.every(isObject)) return null;
  return {
    ...{ distribution_rewards_submission, distributions_audit_trigger, distributions_audit_record },
  } as DistributionInfo;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
