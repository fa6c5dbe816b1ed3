import { describe, expect, it } from '@jest/globals';
import { CodedError, type Logger } from '../../../src/lib/index.js';
import { createLogger } from '../../../src/roles/create-logger.js';

class Lines {
  readonly written: string[] = [];

  constructor(readonly isTTY = false) {}

  write(line: string): void {
    this.written.push(line);
  }

  get last(): Record<string, unknown> {
    return JSON.parse(this.written.at(-1) ?? '{}') as Record<string, unknown>;
  }
}

function logging(lines: Lines, pretty = false): Logger {
  return createLogger({ level: 'info', pretty, role: 'node' }, lines);
}

describe('the log', () => {
  it('is JSON lines with level, time, role and message, from the level asked for', () => {
    const lines = new Lines();
    logging(lines).debug({}, 'unseen');
    logging(lines).warn({ height: 7 }, 'a new tip');
    expect(lines.written).toHaveLength(1);
    expect(lines.written[0]).toMatch(/\}\n$/);
    expect(lines.last).toMatchObject({ level: 'warn', role: 'node', height: 7, msg: 'a new tip' });
    expect(lines.last.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('strikes out what stands under a telling name, at any depth and in child loggers', () => {
    const lines = new Lines();
    const secret = 'hunter2';
    logging(lines)
      .child({ auth: { password: secret } })
      .info(
        {
          rpcPassword: secret,
          'x-task-token': secret,
          list: [{ headers: { Authorization: secret, 'Set-Cookie': [secret] } }],
          clientSecret: { nested: secret },
        },
        'asked',
      );
    expect(lines.written.join('')).not.toContain(secret);
    expect(lines.last).toMatchObject({ rpcPassword: '(hidden)', auth: { password: '(hidden)' } });
  });

  it('keeps what only sounds secret: a path, an unset value', () => {
    const lines = new Lines();
    logging(lines).info({ cookieFile: '/a/.cookie', token: null, tokens: 3 }, 'read');
    expect(lines.last).toMatchObject({ cookieFile: '/a/.cookie', token: null, tokens: 3 });
  });

  it('takes credentials out of URLs in fields, messages, errors and their causes', () => {
    const lines = new Lines();
    const url = 'http://me:hunter2@10.0.0.1:8332/';
    const cause = new Error(`connect ${url}`);
    const error = new CodedError('RPC_UNREACHABLE', `cannot reach ${url}`, { url, tried: [url] }, cause);
    logging(lines).error({ error, url, link: new URL(url) }, `lost ${url}`);
    expect(lines.written.join('')).not.toContain('hunter2');
    expect(lines.last).toMatchObject({
      msg: 'lost http://(hidden)@10.0.0.1:8332/',
      url: 'http://(hidden)@10.0.0.1:8332/',
      error: {
        type: 'CodedError',
        code: 'RPC_UNREACHABLE',
        data: { tried: ['http://(hidden)@10.0.0.1:8332/'] },
      },
    });
  });

  it('tells an error under err as under any other name, with its stack', () => {
    const lines = new Lines();
    logging(lines).error({ err: new RangeError('http://a:b@c/ is far') }, 'failed');
    expect(lines.last.err).toMatchObject({ type: 'RangeError', message: 'http://(hidden)@c/ is far' });
    expect((lines.last.err as { stack: string }).stack).toContain('create-logger.test');
  });

  it('writes bigints as digits and bytes as hex', () => {
    const lines = new Lines();
    logging(lines).info({ work: 2n ** 80n, hash: Uint8Array.of(0, 255) }, 'share');
    expect(lines.last).toMatchObject({ work: '1208925819614629174706176', hash: '00ff' });
  });

  it('does not go round in circles', () => {
    const lines = new Lines();
    const circle: Record<string, unknown> = { name: 'a' };
    circle.self = circle;
    logging(lines).info({ circle }, 'round');
    expect(lines.last).toMatchObject({ msg: 'round' });
  });

  it('is for people only where it is asked for and a terminal reads it', () => {
    const terminal = new Lines(true);
    logging(terminal, true).info({ password: 'hunter2' }, 'a new tip');
    expect(terminal.written[0]).toMatch(/INFO.*a new tip/);
    expect(terminal.written.join('')).not.toContain('hunter2');
    const pipe = new Lines(false);
    logging(pipe, true).info({}, 'a new tip');
    expect(pipe.last.msg).toBe('a new tip');
  });
});
