/**
 * The container's side of the four endpoints, as calls. The token goes in a header: it never is in a body,
 * and what the Orca node logs of a request stays on the operator's machine.
 */
import { CodedError } from '../../../../src/lib/index.js';
import type { ToldClaim } from '../../../../src/rounds/index.js';
import type { OrcaClient } from '../orca/orca-client.js';
import type { PodAnswer } from '../orca/pod-answer.js';

export class ContainerError extends CodedError<'CONTAINER_REFUSED' | 'CONTAINER_ANSWER'> {}

const TELL_MS = 20_000;
const CLAIM_MS = 20_000;
const AUDIT_MS = 60_000;

export class Container {
  constructor(
    private readonly orca: Pick<OrcaClient, 'call'>,
    private readonly token: string,
  ) {}

  /** Resolves to the receipt key the container made, in hex. Throws `ContainerError` and `OrcaError`. */
  async tell(round: number, facts: object): Promise<string> {
    const answer = await this.post(`task/${round}`, facts, TELL_MS);
    const { receipt_key } = (answer.body ?? {}) as { receipt_key?: unknown };
    if (answer.status === 200 && typeof receipt_key === 'string') return receipt_key;
    throw refused(`the facts of round ${round}`, answer);
  }

  /** Null for a round without shares, undefined while it is not closed. Throws as `tell` does. */
  async claim(round: number): Promise<ToldClaim | null | undefined> {
    const answer = await this.get(`submission/${round}`, CLAIM_MS);
    if (answer.status === 503) return undefined;
    // A round that nobody told it of, or that was over before it began.
    if (answer.status === 404) return null;
    const { claim } = (answer.body ?? {}) as { claim?: ToldClaim | null };
    if (answer.status === 200 && claim !== undefined) return claim;
    throw refused(`the claim of round ${round}`, answer);
  }

  /** The CID of the proof for a sampled claim; null while there is none. Throws as `tell` does. */
  async draws(round: number): Promise<string | null> {
    const answer = await this.get(`api/v1/rounds/${round}/draws`, TELL_MS);
    const { proof_cid } = (answer.body ?? {}) as { proof_cid?: string };
    if (answer.status === 200 && proof_cid !== undefined) return proof_cid;
    if (answer.status === 404) return null;
    throw refused(`the proof of round ${round}`, answer);
  }

  /** Null where the container cannot tell yet. Throws as `tell` does. */
  async audit(wish: object): Promise<boolean | null> {
    const answer = await this.post('audit', wish, AUDIT_MS);
    if (answer.status === 503) return null;
    if (answer.status === 200 && typeof answer.body === 'boolean') return answer.body;
    throw refused('an audit', answer);
  }

  /**
   * The body of readiness. By POST, which is 200 however unwell the node is: what comes with another status some side-cars
   * wrap up or leave out. Throws as `tell` does.
   */
  async health(): Promise<unknown> {
    const answer = await this.post('healthz', undefined, TELL_MS);
    if (answer.status === 200) return answer.body;
    throw refused('how it is', answer);
  }

  private get(path: string, timeoutMs: number): Promise<PodAnswer> {
    return this.orca.call(path, { method: 'GET', headers: this.headers(), timeoutMs });
  }

  private post(path: string, body: object | undefined, timeoutMs: number): Promise<PodAnswer> {
    const call = { method: 'POST' as const, headers: this.headers(), timeoutMs };
    return this.orca.call(path, body === undefined ? call : { ...call, body });
  }

  private headers(): Record<string, string> {
    return { 'x-task-token': this.token };
  }
}

function refused(what: string, { status, body }: PodAnswer): ContainerError {
  const message = (body as { error?: { message?: unknown } } | null)?.error?.message;
  const said = typeof message === 'string' ? message : JSON.stringify(body)?.slice(0, 200);
  return new ContainerError('CONTAINER_REFUSED', `the container answered ${what} with ${status}: ${said}`, {
    status,
  });
}
