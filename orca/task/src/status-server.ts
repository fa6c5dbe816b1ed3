/**
 * The task's routes, which the Koii node proxies as `/task/<task id>/…`: `/status` for the operator, and `/taskState`, as
 * Koii's task manager has it. Both only show.
 */
import { createServer, type Server } from 'node:http';
import { errorMessage } from '../../../src/lib/index.js';

export type Routes = Readonly<Record<string, () => Promise<object>>>;

export function serveRoutes(routes: Routes, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const route =
      request.method === 'GET' ? routes[new URL(request.url ?? '/', 'http://task').pathname] : undefined;
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify(body));
    };
    if (route === undefined) answer(404, { error: `there are ${Object.keys(routes).join(', ')}` });
    else
      route().then(
        (body) => answer(200, body),
        (error) => answer(503, { error: errorMessage(error) }),
      );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
