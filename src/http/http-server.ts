/**
 * The HTTP face of a node: Orca's routes, metrics, the live stream and a page for people. It owns the server and
 * nothing else; every fact comes from a reader it was given. No route mints, withdraws or changes a setting, and none
 * signs but receipts, with a key that is for nothing else.
 *
 * A route a later part of the pool will add is not there at all, and the JSON 404 says so.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { CodedError, errorCode, errorMessage, type Logger, type Timers } from '../lib/index.js';
import { auditRoute, roundAuditRoute, type ShareReader } from './audit.js';
import { type AuditReader, auditsRoute } from './audits.js';
import { type ClaimReader, claimRoute, drawsPackageRoute, drawsRoute, packageRoute } from './claims.js';
import { type EventSource, EventStreams, type StreamMetrics } from './event-stream.js';
import { type HealthReader, HealthRoutes } from './health.js';
import { answerErrors, errorBody, HttpError, refuseUnknownRoute } from './http-error.js';
import { jsonBody } from './json-body.js';
import { membershipRoute } from './membership.js';
import { OpenConnections } from './open-connections.js';
import type { PlatformDesk } from './platform/platform-desk.js';
import { closeRoundRoute, judgeRoute, tellRoundRoute } from './platform/platform-routes.js';
import { type PoolReader, poolRoute, workersRoute } from './pool.js';
import { type ReceiptReader, receiptsRoute } from './receipts.js';
import { statusPageRoute } from './status-page/status-page.js';
import { type ProofSubmitter, submissionRoute } from './submission.js';
import { type RoundReader, taskRoute } from './task.js';

export class HttpServerError extends CodedError<'HTTP_LISTEN_FAILED'> {}

export interface HttpServerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** By which the platform's calls are known; null takes none. */
  readonly token: string | null;
}

/** The page Prometheus reads. */
export interface MetricsSource {
  readonly contentType: string;
  text(): Promise<string>;
}

export interface HttpReaders {
  readonly health: HealthReader;
  readonly rounds: RoundReader;
  readonly shares: ShareReader;
  readonly pool: PoolReader;
  readonly proofs: ProofSubmitter;
  /** Null where nothing is claimed: solo mining. */
  readonly claims: ClaimReader | null;
  readonly receipts: ReceiptReader | null;
  readonly audits: AuditReader | null;
  /** Null in solo mode. */
  readonly platform: PlatformDesk | null;
  readonly events: EventSource;
  readonly metrics: MetricsSource;
}

/** Where the server's own figures go; satisfied by `metrics`. */
export interface HttpMetrics extends StreamMetrics {
  answered(method: string, route: string, status: number, durationMs: number): void;
}

export interface HttpServerDeps {
  readonly logger: Logger;
  readonly timers: Timers;
  readonly metrics: HttpMetrics | null;
}

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 5_000;
const TIMEOUT_CHECK_MS = 5_000;
const MAX_CONNECTIONS = 1_000;
const CLOSE_PATIENCE_MS = 2_000;

export class HttpServer {
  private readonly server: Server;
  private readonly streams: EventStreams;
  private readonly connections: OpenConnections;
  private closing = false;

  constructor(
    private readonly options: HttpServerOptions,
    readers: HttpReaders,
    private readonly deps: HttpServerDeps,
  ) {
    const { logger, timers, metrics } = deps;
    this.streams = new EventStreams(readers.events, timers, metrics);
    const health = new HealthRoutes({
      reader: readers.health,
      timers,
      logger,
      isClosing: () => this.closing,
    });
    const app = express();
    app.disable('x-powered-by');
    app.set('etag', false);
    app.set('query parser', 'simple');
    app.use((request, response, next) => this.guard(request, response, next));
    if (metrics !== null) app.use(measure(metrics));
    app.get('/healthz', health.readiness);
    app.post('/healthz', health.liveness);
    const body = jsonBody();
    const { platform } = readers;
    const { token } = options;
    app.get('/task/:round', taskRoute(readers.rounds));
    app.post('/task/:round', body, tellRoundRoute(platform, token));
    app.post('/submission/:round', body, submissionRoute(readers.proofs));
    app.get('/submission/:round', closeRoundRoute(platform, token), claimRoute(readers.claims));
    app.get('/audit', auditRoute(readers.shares));
    app.get('/audit/:round', roundAuditRoute(readers.shares, readers.audits));
    app.post('/audit', body, judgeRoute(platform, token));
    app.post('/audit/:round', body, judgeRoute(platform, token));
    app.get('/api/v1/rounds/:round/draws', drawsRoute(readers.claims));
    app.get('/api/v1/rounds/:round/draws/package', drawsPackageRoute(readers.claims));
    app.get('/api/v1/rounds/:round/audits', auditsRoute(readers.audits));
    app.get('/metrics', metricsRoute(readers.metrics));
    app.get('/api/v1/pool', poolRoute(readers.pool));
    app.get('/api/v1/workers/:address', workersRoute(readers.pool));
    app.get('/api/v1/workers/:address/receipts', receiptsRoute(readers.receipts));
    app.get('/api/v1/rounds/:round/package', packageRoute(readers.claims));
    app.get('/api/v1/rounds/:round/miners/:address/proof', membershipRoute(readers.claims));
    app.get('/api/v1/events', this.streams.route);
    app.get('/', statusPageRoute);
    app.use(refuseUnknownRoute);
    app.use(answerErrors(logger));
    this.server = hardened(app);
    this.connections = new OpenConnections(this.server);
  }

  /** Resolves to the port. Throws `HttpServerError`. */
  listen(): Promise<number> {
    const { host, port } = this.options;
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => {
        const why =
          errorCode(error) === 'EADDRINUSE'
            ? 'the port is taken: stop what has it, or choose another with --http-port'
            : errorMessage(error);
        reject(
          new HttpServerError('HTTP_LISTEN_FAILED', `HTTP cannot listen on ${host}:${port}: ${why}`, {
            host,
            port,
          }),
        );
      };
      this.server.once('error', failed);
      this.server.listen(port, host, () => {
        this.server.off('error', failed);
        this.server.on('error', (error) => {
          this.deps.logger.warn({ error: errorMessage(error) }, 'an HTTP connection could not be accepted');
        });
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /** Takes no new connection, ends the streams, lets answers under way finish, then cuts what is left. */
  async close(): Promise<void> {
    this.closing = true;
    this.streams.close();
    if (!this.server.listening) return;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.connections.end();
    const cancel = this.deps.timers.after(CLOSE_PATIENCE_MS, () => this.server.closeAllConnections());
    await closed;
    cancel();
  }

  /** On every answer; and once closing, no connection is kept for another request. */
  private guard(_request: Request, response: Response, next: NextFunction): void {
    response.set({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    if (this.closing) response.set('connection', 'close');
    next();
  }
}

function hardened(app: Express): Server {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    },
    app as (request: IncomingMessage, response: ServerResponse) => void,
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.on('clientError', (_error, socket) => refuseUnreadable(socket as Socket));
  return server;
}

/** What is not HTTP, too slow or too long to be read gets JSON too, as far as it can still be told. */
function refuseUnreadable(socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const error = new HttpError(400, 'REQUEST_MALFORMED', 'this is not an HTTP request', 'Speak HTTP/1.1.');
  const body = JSON.stringify(errorBody(error));
  socket.end(
    'HTTP/1.1 400 Bad Request\r\ncontent-type: application/json; charset=utf-8\r\nconnection: close\r\n' +
      `content-length: ${body.length}\r\n\r\n${body}`,
  );
}

function measure(metrics: HttpMetrics) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const startedMs = performance.now();
    response.once('finish', () => {
      const path: unknown = request.route?.path;
      const route = typeof path === 'string' ? path : 'none';
      metrics.answered(request.method, route, response.statusCode, performance.now() - startedMs);
    });
    next();
  };
}

function metricsRoute(source: MetricsSource) {
  return async (_request: Request, response: Response): Promise<void> => {
    const text = await source.text();
    response.set('content-type', source.contentType).send(text);
  };
}
