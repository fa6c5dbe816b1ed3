/** What all listeners of a node have in common and its coordinator keeps: certificate, share interval, notes of workers. */
import type { NodeParts } from './node-parts.js';
import type { NotesMessage, ToListener } from './process-messages.js';
import { SharePace } from './share-pace.js';
import { noteKey, WorkerNotes } from './worker-notes.js';

/** Notes in one message. */
const PIECE = 1_000;

type Parts = Pick<NodeParts, 'fleet' | 'rounds' | 'shares' | 'tls'>;

export class CommonState {
  private readonly notes = new WorkerNotes();
  private readonly pace: SharePace | null;

  /** `shareIntervalMs`: the wanted one. `miners`: those that bring shares at present. */
  constructor(
    shareIntervalMs: number,
    private readonly parts: Parts,
    miners: () => number,
    private readonly nowMs: () => number,
  ) {
    for (const { payout, name, ...memory } of parts.shares.memories()) {
      this.notes.add([{ key: noteKey(payout, name), ...memory }], nowMs());
    }
    const { tls, fleet } = parts;
    if (tls !== null) tls.onRenewed = (pem) => fleet.tell({ kind: 'tls', pem });
    // Solo mining has no claims, whose size would matter.
    this.pace =
      parts.rounds === null
        ? null
        : new SharePace(shareIntervalMs, parts.rounds.schedule, {
            sharesOf(round) {
              const { counts, excess } = parts.shares.round(round);
              return { all: counts.accepted, excess };
            },
            miners,
            tell: (pace) => parts.fleet.tell({ kind: 'share-interval', ...pace }),
          });
  }

  /** For a listener that starts. */
  *greeting(): Generator<ToListener> {
    const { tls } = this.parts;
    if (tls !== null) yield { kind: 'tls', pem: tls.pem };
    if (this.pace !== null) yield { kind: 'share-interval', ...this.pace.present };
    for (const notes of this.notes.pieces(PIECE)) yield { kind: 'notes', notes };
  }

  /** `life`: the listener that knows. */
  hear(life: string, message: NotesMessage): void {
    this.notes.add(message.notes, this.nowMs());
    this.parts.fleet.tell(message, life);
  }

  /** Called about once a second. */
  tick(round: bigint, nowMs: number): void {
    this.pace?.tick(round, nowMs);
  }
}
