/**
 * Calls of the container, through the Orca node of this machine: a request to the relay, which passes it to the pod's
 * side-car, which makes an HTTP request of it. The relay has no time limit and drops a message above a megabyte without a
 * word, so both are bounded here; it writes every request to its log, so a body never holds a secret. The pod lives as
 * long as this socket.
 */
import { io, type Socket } from 'socket.io-client';
import { CodedError, type Timers } from '../../../../src/lib/index.js';
import { sleep } from '../system-timers.js';
import { type PodAnswer, podAnswer } from './pod-answer.js';
import { PodSilence } from './pod-silence.js';

export class OrcaError extends CodedError<'POD_SILENT' | 'POD_ABSENT' | 'CALL_TOO_LARGE'> {}

export interface OrcaOptions {
  /** Of the Orca node; without the path. */
  readonly url: string;
  readonly taskId: string;
  readonly image: string;
  /** YAML. */
  readonly podSpec: string;
}

export interface PodCall {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly timeoutMs: number;
}

/** Half of what the relay takes. */
const MOST_BYTES = 512 * 1024;
const RETRY_MS = 500;
/** A pod may take its time to start, and longer where its image has to be fetched. */
const ASK_AGAIN_MS = 30_000;

export class OrcaClient {
  private readonly socket: Socket;
  private readonly waiting = new Map<string, (response: unknown) => void>();
  private calls = 0;
  private askedMs = 0;
  private readonly silence: PodSilence;

  constructor(
    private readonly options: OrcaOptions,
    private readonly timers: Timers,
  ) {
    const { url, taskId } = options;
    this.silence = new PodSilence(timers.nowMs());
    this.socket = io(`${url}/${taskId}`, {
      auth: { connectionType: 'orcaPulse' },
      transports: ['websocket'],
    });
    // After a restart of the Orca node there is no pod either.
    this.socket.on('connect', () => this.askForPod());
    this.socket.on('rpc:response', (response: { id?: string } | null) => {
      this.silence.heard(timers.nowMs());
      this.waiting.get(String(response?.id))?.(response);
    });
  }

  /** `path` without a slash before it. Throws `OrcaError`; whatever the container answers is an answer. */
  async call(path: string, { method, headers = {}, body, timeoutMs }: PodCall): Promise<PodAnswer> {
    const args = wireArgs(method, headers, body);
    if (JSON.stringify(args).length > MOST_BYTES) {
      throw new OrcaError('CALL_TOO_LARGE', `a call of ${path} has more than ${MOST_BYTES} bytes`);
    }
    const deadlineMs = this.timers.nowMs() + timeoutMs;
    for (;;) {
      // socket.io would keep what is sent meanwhile, and send it all once it is connected again.
      const answer = this.socket.connected ? podAnswer(await this.once(path, args, deadlineMs)) : null;
      if (answer !== null) return answer;
      this.askAgain();
      if (this.timers.nowMs() + RETRY_MS >= deadlineMs) throw this.absent(path);
      await sleep(this.timers, RETRY_MS);
    }
  }

  private askAgain(): void {
    if (this.timers.nowMs() - this.askedMs >= ASK_AGAIN_MS) this.askForPod();
  }

  /**
   * The Orca node does nothing where there is one. The pod of the task's last run may still be on its way out when
   * this one starts, so it is asked for again while nobody answers.
   */
  private askForPod(): void {
    const { url, taskId, image, podSpec } = this.options;
    if (!this.socket.connected) return;
    this.askedMs = this.timers.nowMs();
    this.socket.emit('orcaPulse:init', { podImageUrl: image, podId: taskId, orcaUrl: url, podSpec });
  }

  private absent(path: string): OrcaError {
    const what = this.socket.connected ? 'no container runs' : 'there is no Orca node';
    return new OrcaError('POD_ABSENT', `${what} to answer ${path}: see the Orca add-on of the Koii node`);
  }

  private once(functionName: string, functionArgs: object, deadlineMs: number): Promise<unknown> {
    const id = `${process.pid}-${++this.calls}`;
    return new Promise((resolve, reject) => {
      const cancel = this.timers.after(Math.max(0, deadlineMs - this.timers.nowMs()), () => {
        this.waiting.delete(id);
        this.unheard();
        reject(new OrcaError('POD_SILENT', `the container did not answer ${functionName} in time`));
      });
      this.waiting.set(id, (response) => {
        this.waiting.delete(id);
        cancel();
        resolve(response);
      });
      this.socket.emit('rpc:request', { id, functionName, functionArgs });
    });
  }

  /** Of a pod that is gone the Orca node says so, or says nothing. */
  private unheard(): void {
    if (this.silence.unheard(this.timers.nowMs())) this.renew();
    else this.askAgain();
  }

  /**
   * For a pod that could not start, or answers nothing: what is left of it goes with the socket, and another is asked for
   * with the next one.
   */
  renew(): void {
    this.silence.renewed(this.timers.nowMs());
    this.socket.disconnect().connect();
  }

  /** The Orca node then stops the pod. */
  close(): void {
    this.socket.disconnect();
  }
}

/**
 * With one content-type, named as the side-car names the one it puts beside a caller's headers: under any other name
 * there would be two, which become `application/json, application/json` and are refused.
 */
function wireArgs(
  method: string,
  headers: Readonly<Record<string, string>>,
  body: object | undefined,
): object {
  const others = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-type');
  const own = Object.fromEntries(others);
  if (body === undefined) return { method, headers: own };
  return {
    method,
    headers: { ...own, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
}
