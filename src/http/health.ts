/**
 * `/healthz`, for both who ask: GET is readiness (200 only while work can be accepted), POST the platform's
 * liveness (200 as long as the process can answer, because the platform kills a pod that is not). The body is the
 * same. Answering must not depend on what is being asked about, so a reader that throws or hangs is itself a reason.
 */
import type { Request, Response } from 'express';
import { errorMessage, type Logger, type Timers } from '../lib/index.js';

export interface ComponentHealth {
  readonly ok: boolean;
  /** Without it no work can be accepted. */
  readonly required: boolean;
  /** What was measured, in a sentence for the operator; public. */
  readonly detail: string;
  /** What to do about it; null while it is well or nothing can be done. */
  readonly hint: string | null;
}

/** Components of the documented answer; others (`bitcoind`) stand beside them. */
export type DocumentedComponent = 'miner' | 'metrics' | 'api' | 'share_collection';

export interface Health {
  readonly components: Readonly<
    Record<DocumentedComponent, ComponentHealth> & Record<string, ComponentHealth>
  >;
  readonly uptimeMs: number;
}

export interface HealthReader {
  health(): Health | Promise<Health>;
}

/** The body of the answer. */
export interface HealthAnswer {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly components: Readonly<Record<string, boolean>>;
  /** Seconds. */
  readonly uptime: number;
  readonly reasons: readonly {
    readonly component: string;
    readonly message: string;
    readonly hint: string | null;
  }[];
}

const PATIENCE_MS = 2_000;

export function healthAnswer({ components, uptimeMs }: Health): HealthAnswer {
  const all = Object.entries(components);
  const unwell = all.filter(([, { ok }]) => !ok);
  const blocked = unwell.some(([, { required }]) => required);
  return {
    status: unwell.length === 0 ? 'healthy' : blocked ? 'unhealthy' : 'degraded',
    components: Object.fromEntries(all.map(([name, { ok }]) => [name, ok])),
    uptime: Math.floor(uptimeMs / 1000),
    reasons: unwell.map(([component, { detail, hint }]) => ({ component, message: detail, hint })),
  };
}

export interface HealthRoutesDeps {
  readonly reader: HealthReader;
  readonly timers: Timers;
  readonly logger: Logger;
  isClosing(): boolean;
}

export class HealthRoutes {
  private readonly startedMs: number;

  constructor(private readonly deps: HealthRoutesDeps) {
    this.startedMs = deps.timers.nowMs();
  }

  readonly readiness = async (_request: Request, response: Response): Promise<void> => {
    const answer = await this.answer();
    response.status(answer.status === 'unhealthy' ? 503 : 200).json(answer);
  };

  readonly liveness = async (_request: Request, response: Response): Promise<void> => {
    response.status(200).json(await this.answer());
  };

  private async answer(): Promise<HealthAnswer> {
    try {
      const health = await this.inTime();
      return healthAnswer(this.deps.isClosing() ? closing(health) : health);
    } catch (error) {
      this.deps.logger.error({ error: errorMessage(error) }, 'the state of the node cannot be read');
      return this.unknown();
    }
  }

  private async inTime(): Promise<Health> {
    const { reader, timers } = this.deps;
    let cancel = (): void => {};
    const late = new Promise<never>((_, reject) => {
      cancel = timers.after(PATIENCE_MS, () => reject(new Error(`no answer within ${PATIENCE_MS} ms`)));
    });
    try {
      return await Promise.race([reader.health(), late]);
    } finally {
      cancel();
    }
  }

  private unknown(): HealthAnswer {
    const unread = {
      ok: false,
      required: true,
      detail: 'its state cannot be read',
      hint: "See the node's log.",
    };
    const components = {
      miner: unread,
      metrics: unread,
      api: { ok: true, required: true, detail: 'answering', hint: null },
      share_collection: unread,
    };
    return healthAnswer({ components, uptimeMs: this.deps.timers.nowMs() - this.startedMs });
  }
}

function closing(health: Health): Health {
  const api = { ok: false, required: true, detail: 'this node is stopping', hint: null };
  return { ...health, components: { ...health.components, api } };
}
