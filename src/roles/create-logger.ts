/**
 * The log of a process: pino, JSON lines or, where a terminal reads them and it is asked for, lines for people.
 * Nothing secret gets through: values under telling names are struck out at any depth, and URLs lose their
 * user:password@ wherever they stand, in fields, messages and errors alike. Rooms see only `Logger`.
 */

import { createRequire } from 'node:module';
import { type DestinationStream, pino, stdSerializers } from 'pino';
import type { Logger } from '../lib/index.js';

export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly pretty: boolean;
  /** In every line: which process speaks. */
  readonly role: string;
}

/** What of `process.stdout` is used; each `write` is one line with its line end. */
export interface LogStream {
  readonly isTTY?: boolean;
  write(line: string): unknown;
}

const STRUCK_OUT = '(hidden)';
const TELLING_NAME = /(?:password|passwd|secret|token|authorization|cookie|mnemonic|private_?key)$/i;
const USERINFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/"'<>]*@/gi;
const DEEPEST = 8;

function withoutUserinfo(text: string): string {
  return text.includes('@') ? text.replace(USERINFO, `$1${STRUCK_OUT}@`) : text;
}

/** Errors and bytes become plain; a bigint becomes its digits, which JSON has no other way to write. */
function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return withoutUserinfo(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEEPEST) return '(deeper)';
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof URL) return withoutUserinfo(value.href);
  if (value instanceof Date) return value;
  if (value instanceof Error) return clean({ ...stdSerializers.err(value) }, depth);
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1));
  return cleanFields(value, depth + 1);
}

function cleanFields(fields: object, depth: number): Record<string, unknown> {
  const cleaned: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const telling = TELLING_NAME.test(name) && value !== null && value !== undefined;
    cleaned[name] = telling ? STRUCK_OUT : clean(value, depth);
  }
  return cleaned;
}

function destination(stream: LogStream, pretty: boolean): DestinationStream {
  if (!pretty || stream.isTTY !== true) return { write: (line) => void stream.write(line) };
  // Where it is used, and at once: no process without a terminal loads it, and no line waits.
  const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty');
  const format = prettyFactory({
    colorize: true,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,hostname,role',
  });
  return { write: (line) => void stream.write(format(line)) };
}

/** pino does not hand its formatters the fields of a child logger. */
function withCleanChildren(logger: pino.Logger): Logger {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    child: (fields) => withCleanChildren(logger.child(cleanFields(fields, 0))),
  };
}

/** Writes to `stream` synchronously, so that the last lines before an exit are there. */
export function createLogger({ level, pretty, role }: LoggerOptions, stream: LogStream): Logger {
  const root = pino(
    {
      level,
      base: { pid: process.pid, role },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (value: unknown) => value },
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => cleanFields(fields, 0),
      },
      hooks: {
        logMethod(args, method) {
          const [fields, message, ...rest] = args;
          method.apply(this, [
            fields,
            typeof message === 'string' ? withoutUserinfo(message) : message,
            ...rest,
          ]);
        },
      },
    },
    destination(stream, pretty),
  );
  return withCleanChildren(root);
}
