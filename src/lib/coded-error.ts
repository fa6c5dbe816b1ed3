/**
 * The base of every error Orcapool throws on purpose. `code` is stable and is what programs test (never
 * `instanceof` for errors from elsewhere); `message` is one sentence for the person who meets it and, where
 * something can be done, says what; `data` holds the facts for a log line and never a secret.
 */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: Code, message: string, data: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.data = data;
  }
}

/** The `code` of any error, ours, Node's or SQLite's; undefined for values without one. */
export function errorCode(error: unknown): string | number | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' || typeof code === 'number' ? code : undefined;
}

export function errorMessage(error: unknown): string {
  const message = (error as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : String(error);
}
