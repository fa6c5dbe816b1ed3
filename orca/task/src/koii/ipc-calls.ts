/**
 * When the node wants what of its task comes as messages of the parent process; their names are Koii's. A call runs
 * beside the others: an audit takes a window, and the next round begins meanwhile.
 */

/** What a task does for its node. None rejects. */
export interface TaskCalls {
  task(round: number): Promise<void>;
  submission(round: number): Promise<void>;
  audit(round: number): Promise<void>;
  distribution(round: number, isPreviousFailed: boolean): Promise<void>;
  auditDistribution(round: number): Promise<void>;
}

/** Null for a message that is no call. */
export function callOf(message: unknown, calls: TaskCalls): (() => Promise<void>) | null {
  const { functionCall, roundNumber, isPreviousRoundFailed } = (message ?? {}) as Record<string, unknown>;
  if (typeof roundNumber !== 'number') return null;
  switch (functionCall) {
    case 'executeTask':
      return () => calls.task(roundNumber);
    case 'submitPayload':
      return () => calls.submission(roundNumber);
    case 'auditPayload':
      return () => calls.audit(roundNumber);
    case 'generateAndSubmitDistributionList':
      return () => calls.distribution(roundNumber, isPreviousRoundFailed === true);
    case 'distributionListAudit':
      return () => calls.auditDistribution(roundNumber);
    default:
      return null;
  }
}
