/**
 * What the log says of PROXY headers that were refused: at once with the address, and then once a minute at most with
 * how many there were, because a proxy that is set up wrongly brings thousands.
 */
import { type Logger, OnceAMinute, type Timers } from '../../lib/index.js';

type Kind = 'broken' | 'untrusted';

const TEXTS: Readonly<Record<Kind, string>> = {
  broken: 'a trusted proxy sent a broken PROXY header and was refused: look at its configuration',
  untrusted:
    'a PROXY header came from an address that is not in stratum.trustedProxies and was refused: if it is your proxy, name it there',
};

export class ProxyComplaints {
  private readonly told: Record<Kind, OnceAMinute> = {
    broken: new OnceAMinute(),
    untrusted: new OnceAMinute(),
  };

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
    this.told[kind].say(this.timers.nowMs(), (others) =>
      this.logger.warn({ ...fields, others }, TEXTS[kind]),
    );
  }
}
