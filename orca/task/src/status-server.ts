/**
 * The task's routes, which the Koii node proxies as `/task/<task id>/…`: `/status` for the operator, as a page where a
 * browser asks; `/taskState`, as Koii's task manager has it; and the node's own packages. They only show. Anybody may ask
 * through the node's proxy, so nothing in a request may throw out of here: what nobody catches ends the task.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorMessage } from '../../../src/lib/index.js';
import { ARCHIVE_PATH, type OwnArchives } from './pool/own-archives.js';

/** An object is told as JSON, text as a page. `wantsPage`: a browser asks. */
export type Route = (wantsPage: boolean) => Promise<object | string>;
export type Routes = Readonly<Record<string, Route>>;

/** Shows and runs nothing that is not in the page itself. */
const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
};
const JSON_HEADERS = { 'content-type': 'application/json' };
/** Of either address. */
const MOST_CONNECTIONS = 256;

/** Null for what is no URL, as `//` is none. */
export function pathOf({ url }: Pick<IncomingMessage, 'url'>): string | null {
  try {
    return new URL(url ?? '/', 'http://task').pathname;
  } catch {
    return null;
  }
}

export function answerRoute(
  route: Route,
  request: Pick<IncomingMessage, 'headers'>,
  response: ServerResponse,
): void {
  const answer = (status: number, body: object | string): void => {
    const isPage = typeof body === 'string';
    const headers = isPage ? PAGE_HEADERS : JSON_HEADERS;
    const sent = isPage ? body : JSON.stringify(body);
    response.writeHead(status, {
      ...headers,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(sent);
  };
  route(request.headers.accept?.includes('text/html') === true)
    .then((body) => answer(200, body))
    .catch((error) => answer(503, { error: errorMessage(error) }))
    // The headers are out already: a connection that ends early says so.
    .catch(() => response.destroy());
}

export function serveRoutes(
  routes: Routes,
  archives: Pick<OwnArchives, 'answer'>,
  port: number,
): Promise<Server> {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    // Who asked hung up: there is nobody to tell.
    for (const each of [request, response]) each.on('error', () => {});
    const refuse = (status: number, error: string): void => {
      response.writeHead(status, JSON_HEADERS);
      response.end(JSON.stringify({ error }));
    };
    const path = pathOf(request);
    const isGet = request.method === 'GET';
    const route = isGet && path !== null && Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (path === null) refuse(400, 'what was asked for is no URL');
    else if (isGet && ARCHIVE_PATH.test(path)) void archives.answer(path, response);
    else if (route !== undefined) answerRoute(route, request, response);
    else refuse(404, `there are ${Object.keys(routes).join(', ')}`);
  };
  // The node asks by the name localhost, which is either; a machine without IPv6 has the one alone. Later a connection
  // that cannot be accepted is an error of the server, and no reason to end.
  const [server, other] = [createServer(answer), createServer(answer)].map((each) => {
    each.maxConnections = MOST_CONNECTIONS;
    return each.on('error', () => {});
  }) as [Server, Server];
  server.once('close', () => other.close());
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      other.listen((server.address() as AddressInfo).port, '::1');
      resolve(server);
    });
  });
}
