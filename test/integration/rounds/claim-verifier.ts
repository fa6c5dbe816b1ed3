/**
 * The verifier in Python, as a process that is asked one thing after another. It shares no code with the pool. There
 * is no way to go on without it: where python3 is missing, the tests that ask it fail and say so.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../../test/claim-verifier/claim_verifier.py', import.meta.url));

export type Answer = { readonly answer: unknown } | { readonly refused: string };

export class ClaimVerifier {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  private said = '';
  private failure: Error | null = null;

  constructor() {
    this.process = spawn('python3', [PROGRAM, 'serve']);
    this.process.stderr.on('data', (data: Uint8Array) => {
      this.said += String(data);
    });
    this.process.on('error', (error) => this.fail(`python3 does not run (${error.message}): install it`));
    this.process.on('close', () => this.fail(`the verifier ended: ${this.said}`));
    this.process.stdin.on('error', () => {}); // what it died of is told on close
    createInterface({ input: this.process.stdout }).on('line', (line) => this.waiting.shift()?.resolve(line));
  }

  private fail(why: string): void {
    this.failure ??= new Error(why);
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }

  async ask(request: object): Promise<Answer> {
    if (this.failure !== null) throw this.failure;
    const line = await new Promise<string>((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.process.stdin.write(`${JSON.stringify(request)}\n`);
    });
    return JSON.parse(line) as Answer;
  }

  async close(): Promise<void> {
    if (this.failure !== null) return;
    const closed = new Promise((resolve) => this.process.once('close', resolve));
    this.process.stdin.end();
    await closed;
  }
}
