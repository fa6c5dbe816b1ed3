/** A real bitcoind behind a proxy on loopback that can hold its templates back, as a full mempool does. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RegtestBitcoind } from '../../../src/localnet/index.js';
import { atTestEnd } from '../../bitcoind.js';

export class SlowTemplates {
  /** Methods in the order they were asked for, templates with long-polling left out. */
  readonly asked: string[] = [];
  private underWay = 0;
  private held: Promise<void> = Promise.resolve();
  /** Lets the templates go that were held, and those that are asked for from now on. */
  release: () => void = () => {};

  private constructor(
    private readonly node: RegtestBitcoind,
    private readonly server: http.Server,
  ) {}

  static async before(node: RegtestBitcoind): Promise<SlowTemplates> {
    const agent = new http.Agent({ keepAlive: true });
    // A socket that is closed is vetted anew, which takes a template.
    const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => void proxy.pass(request, Buffer.concat(chunks), response, agent));
    });
    const proxy = new SlowTemplates(node, server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    atTestEnd(async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return proxy;
  }

  get rpcUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get cookieFile(): string {
    return this.node.cookieFile;
  }

  get zmqHashBlock(): string {
    return this.node.zmqHashBlock;
  }

  /** Resolves when no question but a long-poll has been under way for a while. */
  async quiet(): Promise<void> {
    for (let quietTurns = 0; quietTurns < 10; quietTurns++) {
      if (this.underWay > 0) quietTurns = 0;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** From now on no template comes through. */
  hold(): void {
    this.held = new Promise((resolve) => {
      this.release = resolve;
    });
  }

  private async pass(
    request: http.IncomingMessage,
    body: Buffer,
    response: http.ServerResponse,
    agent: http.Agent,
  ): Promise<void> {
    const { method, params } = JSON.parse(body.toString()) as { method: string; params: unknown };
    const isTemplate = method === 'getblocktemplate';
    if (!JSON.stringify(params ?? []).includes('longpollid')) {
      this.asked.push(method);
      this.underWay++;
      response.once('close', () => {
        this.underWay--;
      });
    }
    const options = { method: 'POST', headers: request.headers, agent };
    const onward = http.request(this.node.rpcUrl, options, (answer) => {
      void (isTemplate ? this.held : Promise.resolve()).then(() => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  }
}
