/** How many of a listener's connections are miners, and what these do. */
import type { Session } from '../session/session.js';

export class Census {
  /** Subscribed and logged in. */
  miners = 0;
  /** Of them: good shares come from them at present. */
  sharing = 0;
  /** Of them: they roll version bits. */
  rollingMiners = 0;

  add(session: Session, nowMs: number): void {
    if (!session.ready) return;
    this.miners++;
    if (session.isSharing(nowMs)) this.sharing++;
    if (session.rolling.mask !== 0) this.rollingMiners++;
  }
}
