/** What the doors of a node's listeners and the coordinator's address book tell each other, four times a second. */

/** Of one address, since the door's last report; `open` and `strangers` are the figures of the moment. */
export interface AddressNews {
  readonly address: string;
  /** Its connections here, and of them those without a miner's work. */
  readonly open: number;
  readonly strangers: number;
  /** Of these, those that are not paid for yet. */
  readonly unpaid: number;
  /** Connections that were paid for, less those that left as miners. */
  readonly connects: number;
  /** Accepted work, in shares of the start difficulty. */
  readonly work: number;
  /** For how long that is a miner's work, however slow and unlucky. */
  readonly coveredMs: number;
  /** How long those of its strangers that left had sat on a place that it had not earned, without work. */
  readonly sittingMs: number;
  /** Of its strangers. */
  readonly faults: number;
  /** Of its strangers, those that left without having logged in. */
  readonly empty: number;
  /** Connections that were not let in, or had to yield. */
  readonly refused: number;
}

export interface DoorReport {
  /** Of the moment. */
  readonly connections: number;
  readonly strangers: number;
  /** Strangers on places that their address has not earned. */
  readonly guests: number;
  /** Those that have spoken and wait until it is their turn. */
  readonly waiting: number;
  readonly pendingBytes: number;
  /** The longest that one of its guests sat there and may have to yield for it, in whole seconds; 0 for none. */
  readonly longestSatMs: number;
  /** It takes no connections at the moment: it or the node is full. Whom the system refuses then, nobody counts. */
  readonly full: boolean;
  /** Connections ended or not let in since the last report, by reason. */
  readonly drops: Readonly<Record<string, number>>;
  readonly addresses: readonly AddressNews[];
}

/** How an address stands on the node. */
export interface Standing {
  readonly address: string;
  /** Its connections at other doors, and of them those without a miner's work. */
  readonly openElsewhere: number;
  readonly strangersElsewhere: number;
  /** Of these, those that are not paid for yet. */
  readonly unpaidElsewhere: number;
  /** How many such connections it may have in all. */
  readonly allowance: number;
  /** How many times it may connect now. */
  readonly connects: number;
  /** 0 for none. */
  readonly bannedUntilMs: number;
  /** Until then its strangers are the first to yield; 0 for none, and for one that has proved work. */
  readonly suspectUntilMs: number;
  /** Until then it takes no place of one that did nothing wrong; 0 as above. */
  readonly harmUntilMs: number;
  /** How long its strangers sat on places without work, those that are there now not counted. */
  readonly sittingMs: number;
}

/** For one door. */
export interface NodeStanding {
  readonly connectionsElsewhere: number;
  readonly strangersElsewhere: number;
  readonly guestsElsewhere: number;
  readonly waitingElsewhere: number;
  /** The longest that one of them sat there and may have to yield for it. */
  readonly longestSatElsewhereMs: number;
  /**
   * So many it may have, and so many guests, before it hears again: what it had and its part of what is free. So doors do
   * not let more in together than there is room for, but for what each does while its report is on the way.
   */
  readonly most: number;
  readonly mostGuests: number;
  /** This one included. */
  readonly doors: number;
  /** Those that changed. */
  readonly addresses: readonly Standing[];
  /** Those about which there is nothing to know any more. */
  readonly forgotten: readonly string[];
}
