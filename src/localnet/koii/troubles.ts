/**
 * How an emulated Koii node fails its task: calls that are refused because K2 refuses them, that end in a proxy's page or
 * in nothing, at once or after a while, and calls that are done and whose answer is lost. Drawn by a seed, and never so
 * often in a row for one method that whoever asks four times gets no answer.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonReply, Reply } from './json-server.js';

export const TROUBLES = ['refused', 'broken', 'unavailable', 'cut', 'silent', 'answer lost'] as const;
export type Trouble = (typeof TROUBLES)[number];

const MOST_IN_A_ROW = 3;
/** Then the connection is cut; a real node's may stay open for ever, and its client has to give up by itself. */
const SILENCE_MS = 1_000;

export class Troubles {
  /** By method, what was drawn for its calls so far. */
  readonly drawn = new Map<string, Trouble[]>();
  private readonly inARow = new Map<string, number>();

  /** `random`: from 0 to 1. `part`: of the calls that go wrong. `first`: for the first calls of a method, whatever is drawn. */
  constructor(
    private readonly random: () => number,
    private readonly part: number,
    private readonly first: Readonly<Record<string, readonly Trouble[]>> = {},
  ) {}

  /** What becomes of a call whose answer would be `answer`'s. */
  async through(method: string, answer: () => Promise<JsonReply>): Promise<Reply> {
    switch (this.draw(method)) {
      case 'refused':
        return { status: 422, body: { message: 'failed to get recent blockhash: 429 Too Many Requests' } };
      case 'broken':
        return page(500, 'Internal Server Error');
      case 'unavailable':
        return page(503, 'Service Unavailable');
      case 'cut':
        return null;
      case 'silent':
        await sleep(SILENCE_MS, undefined, { ref: false });
        return null;
      case 'answer lost':
        await answer();
        return null;
      case null:
        return await answer();
    }
  }

  private draw(method: string): Trouble | null {
    const drawn = this.drawn.get(method) ?? [];
    this.drawn.set(method, drawn);
    const inARow = this.inARow.get(method) ?? 0;
    const planned = this.first[method]?.[drawn.length];
    const isWrong = planned !== undefined || (inARow < MOST_IN_A_ROW && this.random() < this.part);
    this.inARow.set(method, isWrong ? inARow + 1 : 0);
    if (!isWrong) return null;
    const trouble = planned ?? TROUBLES[Math.floor(this.random() * TROUBLES.length)]!;
    drawn.push(trouble);
    return trouble;
  }
}

function page(status: number, title: string): Reply {
  const html = `<html><head><title>${status} ${title}</title></head></html>`;
  return { status, type: 'text/html', bytes: new TextEncoder().encode(html) };
}
