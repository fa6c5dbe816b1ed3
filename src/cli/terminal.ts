/** Where a command writes. Colour only where a person looks and did not ask for none (no-color.org). */
import { errorCode } from '../lib/index.js';

export interface Terminal {
  readonly colour: boolean;
  write(text: string): void;
  writeError(text: string): void;
}

/** What of `process.stdout` and `process.stderr` is used. */
interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** `orcapool … | head` closes the pipe early; nobody is left to be told. */
function ignoreClosedPipe(error: Error): void {
  if (errorCode(error) !== 'EPIPE') throw error;
}

export function terminalOn(
  out: Stream,
  errors: Stream,
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  for (const stream of [out, errors]) stream.on('error', ignoreClosedPipe);
  return {
    colour: out.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb',
    write: (text) => void out.write(text),
    writeError: (text) => void errors.write(text),
  };
}

const SGR = { green: 32, yellow: 33, red: 31, dim: 2, bold: 1 } as const;

export function paint(terminal: Terminal, look: keyof typeof SGR, text: string): string {
  return terminal.colour ? `\x1b[${SGR[look]}m${text}\x1b[0m` : text;
}
