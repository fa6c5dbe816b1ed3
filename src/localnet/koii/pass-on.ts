/** A Koii node's proxy before its task's own routes, which it asks by the name `localhost`. */
import type { IncomingMessage } from 'node:http';
import type { RawReply } from './json-server.js';

/** Throws where the task does not answer. */
export async function passOn(
  port: number,
  path: string,
  { method = 'GET', headers }: IncomingMessage,
  body: Buffer,
): Promise<RawReply> {
  const { accept, 'content-type': contentType } = headers;
  const response = await fetch(`http://localhost:${port}${path}`, {
    method,
    headers: {
      ...(accept === undefined ? {} : { accept }),
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
    },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: new Uint8Array(body) }),
  });
  const type = response.headers.get('content-type') ?? 'application/octet-stream';
  return { status: response.status, type, bytes: new Uint8Array(await response.arrayBuffer()) };
}
