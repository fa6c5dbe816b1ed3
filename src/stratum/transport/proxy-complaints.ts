/**
 * What the log says of PROXY headers that were refused: at once with the address, and then once a minute at most with
 * how many there were, because a proxy that is set up wrongly brings thousands.
 */
import type { Logger, Timers } from '../../lib/index.js';

const QUIET_MS = 60_000;

type Kind = 'broken' | 'untrusted';

const TEXTS: Readonly<Record<Kind, string>> = {
  broken: 'a trusted proxy sent a broken PROXY header and was refused: look at its configuration',
  untrusted:
    'a PROXY header came from an address that is not in stratum.trustedProxies and was refused: if it is your proxy, name it there',
};

export class ProxyComplaints {
  private readonly quietUntilMs: Record<Kind, number> = { broken: 0, untrusted: 0 };
  private readonly untold: Record<Kind, number> = { broken: 0, untrusted: 0 };

  constructor(
    private readonly logger: Logger,
    private readonly timers: Timers,
  ) {}

  broken(ip: string, why: string): void {
    this.tell('broken', { ip, why });
  }

  untrusted(ip: string): void {
    this.tell('untrusted', { ip });
  }

  private tell(kind: Kind, fields: object): void {
    const nowMs = this.timers.nowMs();
    if (nowMs < this.quietUntilMs[kind]) {
      this.untold[kind]++;
      return;
    }
    this.logger.warn({ ...fields, others: this.untold[kind] }, TEXTS[kind]);
    this.untold[kind] = 0;
    this.quietUntilMs[kind] = nowMs + QUIET_MS;
  }
}
