/** What a miner demands of every line it hears, whatever its place in the dialogue. */
import type { Rule } from './dialogue.js';

export interface Heard {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: readonly unknown[];
  readonly result?: unknown;
  readonly error?: unknown;
  /** No line, but a frame to a farm agent, in hex. */
  readonly frame?: string;
}

/** What the rules remember of one connection. */
export class HeardSoFar {
  readonly jobIds = new Set<unknown>();
  prevHash: unknown = null;
}

/** Null for a line of Stratum; else why it is none. Every miner there is reads only these. */
export function malformed(line: Heard): string | null {
  const keys = Object.keys(line).sort().join();
  if (keys === 'frame') return null;
  if (line.method === undefined) return keys === 'error,id,result' ? null : `an answer with ${keys}`;
  return keys === 'id,method,params' && Array.isArray(line.params) ? null : `a call with ${keys}`;
}

/** Whether the line is as the rule wants it. */
export function keeps(rule: Rule, line: Heard, text: string, soFar: HeardSoFar): boolean {
  const params = line.params ?? [];
  const isNotify = line.method === 'mining.notify';
  switch (rule.rule) {
    case 'methods':
      return line.method === undefined || rule.known.includes(line.method);
    case 'line-bytes':
      return text.length <= rule.atMost;
    case 'error-text-length':
      return !Array.isArray(line.error) || String(line.error[1]).length <= rule.atMost;
    case 'difficulty':
      return line.method !== 'mining.set_difficulty' || Number(params[0]) >= rule.atLeast;
    case 'extranonce-bytes':
      return !isSubscription(line.result) || line.result[1].length / 2 + line.result[2] <= rule.atMost;
    case 'extranonce2-size':
      return !isSubscription(line.result) || line.result[2] >= rule.atLeast;
    case 'job-ids-are-new':
      return !isNotify || !soFar.jobIds.has(params[0]);
    case 'new-blocks-are-clean':
      return !isNotify || soFar.prevHash === params[1] || params[8] === true;
    case 'fields-are-hex':
      return !isNotify || fieldsAreHex(params);
    case 'job-id-length':
      return !isNotify || String(params[0]).length <= rule.atMost;
    case 'branches':
      return !isNotify || (params[4] as unknown[]).length <= rule.atMost;
    case 'coinbase-1-bytes':
      return !isNotify || String(params[2]).length / 2 <= rule.atMost;
    case 'coinbase-bytes':
      return !isNotify || (String(params[2]).length + String(params[3]).length) / 2 + 12 <= rule.atMost;
  }
}

export function remember(line: Heard, soFar: HeardSoFar): void {
  if (line.method !== 'mining.notify') return;
  soFar.jobIds.add(line.params?.[0]);
  soFar.prevHash = line.params?.[1];
}

function fieldsAreHex([, prevHash, coinb1, coinb2, branch, ...rest]: readonly unknown[]): boolean {
  const isHex = (value: unknown, digits = ''): boolean =>
    typeof value === 'string' && new RegExp(`^[0-9a-f]${digits || '+'}$`).test(value);
  return (
    isHex(prevHash, '{64}') &&
    isHex(coinb1) &&
    isHex(coinb2) &&
    Array.isArray(branch) &&
    branch.every((hash) => isHex(hash, '{64}')) &&
    rest.slice(0, 3).every((field) => isHex(field, '{8}')) &&
    typeof rest[3] === 'boolean' &&
    rest.length === 4
  );
}

function isSubscription(result: unknown): result is [unknown, string, number] {
  return Array.isArray(result) && typeof result[1] === 'string';
}
