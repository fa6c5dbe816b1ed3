/**
 * The task's routes, which the Koii node proxies as `/task/<task id>/…`: `/status` for the operator, as a page where a
 * browser asks; `/taskState`, as Koii's task manager has it; and the node's own packages. They only show.
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

export function answerRoute(
  route: Route,
  request: Pick<IncomingMessage, 'headers'>,
  response: ServerResponse,
): void {
  const answer = (status: number, body: object | string): void => {
    const isPage = typeof body === 'string';
    const headers = isPage ? PAGE_HEADERS : JSON_HEADERS;
    response.writeHead(status, {
      ...headers,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(isPage ? body : JSON.stringify(body));
  };
  route(request.headers.accept?.includes('text/html') === true).then(
    (body) => answer(200, body),
    (error) => answer(503, { error: errorMessage(error) }),
  );
}

export function serveRoutes(
  routes: Routes,
  archives: Pick<OwnArchives, 'answer'>,
  port: number,
): Promise<Server> {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname } = new URL(request.url ?? '/', 'http://task');
    const route = request.method === 'GET' ? routes[pathname] : undefined;
    if (request.method === 'GET' && ARCHIVE_PATH.test(pathname)) void archives.answer(pathname, response);
    else if (route !== undefined) answerRoute(route, request, response);
    else {
      response.writeHead(404, JSON_HEADERS);
      response.end(JSON.stringify({ error: `there are ${Object.keys(routes).join(', ')}` }));
    }
  };
  const server = createServer(answer);
  // The node asks by the name localhost, which is either; a machine without IPv6 has the one alone.
  const other = createServer(answer).on('error', () => {});
  server.once('close', () => other.close());
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      other.listen((server.address() as AddressInfo).port, '::1');
      resolve(server);
    });
  });
}
