/** Where miners connect, as their owners type it. */
import { hostname } from 'node:os';

export interface Doors {
  /** As it is listened on; the unspecified addresses stand for this machine's name. */
  readonly host: string;
  readonly port: number;
  /** Null without. */
  readonly highPort: number | null;
  readonly speaksTls: boolean;
}

const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** The ordinary port without TLS first. */
export function doorUrls({ host, port, highPort, speaksTls }: Doors): [string, ...string[]] {
  const name = EVERYWHERE.has(host) ? hostname() : host.includes(':') ? `[${host}]` : host;
  const url = (scheme: string, at: number): string => `stratum+${scheme}://${name}:${at}`;
  const others: string[] = [];
  if (speaksTls) others.push(url('ssl', port));
  if (highPort !== null) others.push(url('tcp', highPort));
  if (highPort !== null && speaksTls) others.push(url('ssl', highPort));
  return [url('tcp', port), ...others];
}
