/** The words in a job's coinbase, and the number by which the shares of the job refer to them. */
export interface Signature {
  /** Row number in the share log, durable before any job that has it. */
  readonly row: number;
  readonly bytes: Uint8Array;
}

export const NO_SIGNATURE: Signature = { row: 0, bytes: new Uint8Array(0) };
