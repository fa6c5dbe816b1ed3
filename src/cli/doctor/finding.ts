/** What one check found out, and how it is written: a line, and below it what to do when it is not well. */
import { paint, type Terminal } from '../terminal.js';

export interface Finding {
  readonly about: string;
  readonly state: 'ok' | 'warn' | 'fail';
  /** Facts, with figures. */
  readonly told: string;
  /** What a person should do; empty where all is well. */
  readonly todo: string;
}

export function ok(about: string, told: string): Finding {
  return { about, state: 'ok', told, todo: '' };
}

export function warn(about: string, told: string, todo: string): Finding {
  return { about, state: 'warn', told, todo };
}

export function fail(about: string, told: string, todo: string): Finding {
  return { about, state: 'fail', told, todo };
}

const LOOK = { ok: 'green', warn: 'yellow', fail: 'red' } as const;
const ABOUT_WIDTH = 16;
const INDENT = ' '.repeat(2 + 6 + ABOUT_WIDTH);

export function findingText({ about, state, told, todo }: Finding, terminal: Terminal): string {
  const facts = told.replaceAll('\n', `\n${INDENT}`);
  const first = `  ${paint(terminal, LOOK[state], state.padEnd(6))}${about.padEnd(ABOUT_WIDTH)}${facts}\n`;
  return todo === '' ? first : `${first}${INDENT}${paint(terminal, 'bold', `→ ${todo}`)}\n`;
}
