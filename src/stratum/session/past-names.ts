/**
 * Which ended sessions a name may be lent, the latest of its user agent first. Ten thousand devices of one name come back
 * at once, so none of it takes longer where a name has many: what is no longer free stays in its stack until it is met there.
 */

interface Offer {
  readonly id: string;
  readonly username: string;
  readonly userAgent: string;
  isFree: boolean;
}

interface Stack {
  offers: Offer[];
  free: number;
}

/** A stack may have so many offers beside twice those that are free. */
const SLACK = 16;

export class PastNames {
  private readonly byId = new Map<string, Offer>();
  private readonly stacks = new Map<string, Stack>();

  /** From now on the latest of its name. */
  offer(id: string, username: string, userAgent: string): void {
    this.withdraw(id);
    const offer = { id, username, userAgent, isFree: true };
    this.byId.set(id, offer);
    for (const key of keysOf(offer)) this.push(key, offer);
  }

  withdraw(id: string): void {
    const offer = this.byId.get(id);
    if (offer === undefined) return;
    offer.isFree = false;
    this.byId.delete(id);
    for (const key of keysOf(offer)) {
      const stack = this.stacks.get(key)!;
      if (--stack.free === 0) this.stacks.delete(key);
    }
  }

  /** The id of the latest, which is no longer free afterwards; an empty user agent goes with any. Null for none. */
  take(username: string, userAgent: string): string | null {
    const offers = this.stacks.get(userAgent === '' ? anyKey(username) : keyOf(username, userAgent))?.offers;
    if (offers === undefined) return null;
    while (!offers.at(-1)!.isFree) offers.pop();
    const { id } = offers.at(-1)!;
    this.withdraw(id);
    return id;
  }

  private push(key: string, offer: Offer): void {
    const stack = this.stacks.get(key);
    if (stack === undefined) {
      this.stacks.set(key, { offers: [offer], free: 1 });
      return;
    }
    stack.offers.push(offer);
    stack.free++;
    if (stack.offers.length > 2 * stack.free + SLACK) {
      stack.offers = stack.offers.filter(({ isFree }) => isFree);
    }
  }
}

function keysOf({ username, userAgent }: Offer): readonly string[] {
  const any = anyKey(username);
  return userAgent === '' ? [any] : [any, keyOf(username, userAgent)];
}

/** No username has a line's end in it. */
function keyOf(username: string, userAgent: string): string {
  return `${username}\n${userAgent}`;
}

function anyKey(username: string): string {
  return username;
}
