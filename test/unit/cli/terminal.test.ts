import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { paint, terminalOn } from '../../../src/cli/index.js';

class Stream extends EventEmitter {
  written = '';

  constructor(readonly isTTY: boolean) {
    super();
  }

  write(text: string): void {
    this.written += text;
  }
}

describe('a terminal', () => {
  it('has colour only where a person looks and did not ask for none', () => {
    const colour = (isTTY: boolean, env: Record<string, string>) =>
      terminalOn(new Stream(isTTY), new Stream(isTTY), env).colour;
    expect(colour(true, {})).toBe(true);
    expect(colour(false, {})).toBe(false);
    expect(colour(true, { NO_COLOR: '1' })).toBe(false);
    expect(colour(true, { TERM: 'dumb' })).toBe(false);
  });

  it('paints only with colour', () => {
    expect(paint(terminalOn(new Stream(true), new Stream(true), {}), 'red', 'x')).toBe('\x1b[31mx\x1b[0m');
    expect(paint(terminalOn(new Stream(false), new Stream(false), {}), 'red', 'x')).toBe('x');
  });

  it('lets a reader close the pipe early, and no other error pass', () => {
    const out = new Stream(false);
    terminalOn(out, new Stream(false), {});
    expect(() => out.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))).not.toThrow();
    expect(() => out.emit('error', Object.assign(new Error('write EIO'), { code: 'EIO' }))).toThrow('EIO');
  });
});
