/**
 * Every threshold of the abuse guard, with its reason. They protect honest miners from everybody else: nothing here
 * ends a connection that goes on mining so that another may come, and what counts against an address counts only for
 * its *strangers*, the connections without a miner's work (`Stay`).
 */

/** The same on every node, but for `loginMs`, `strangerSilenceMs` and `silenceMs`, which an operator may set. */
export interface GuardLimits {
  /** Bytes of a line. Before login 1 KiB, as ckpool has it: no login needs more. A submit has about 250. */
  readonly lineBytesBeforeLogin: number;
  readonly lineBytes: number;
  /** Until when a connection must have subscribed and logged in: a miner does in under a second, a person by hand. */
  readonly loginMs: number;
  /** The same while the room for strangers is nearly taken: still ten round trips around the world. */
  readonly crowdedLoginMs: number;
  /**
   * How long a connection may say nothing: an hour without an accepted share, since vardiff has long eased by
   * then; two hours with one, as a heater that a thermostat has turned off keeps its connection.
   */
  readonly strangerSilenceMs: number;
  readonly silenceMs: number;
  /**
   * How long a connection may be logged in without an accepted share, whatever it says: `prooflessMs`, or where its
   * difficulty is high as long as `plausibleShares` of the slowest miner there is (an ESP32) take at it, and a day at
   * the most. At the presets' lowest difficulty of 0.001 that miner's share takes 86 s. After a day it does not mine:
   * one that does has no more than to connect again, since shares have no memory.
   *
   * The same two say what a miner's work is: as many hashes as that miner has by the connection's age, but for the same
   * factor, so 2,500 for each second. A share at 0.001 covers half an hour, one of four hashes nothing. That an ESP32
   * has its first so late happens once in e^20.
   */
  readonly prooflessMs: number;
  readonly slowestHashrate: number;
  readonly plausibleShares: number;
  readonly longestProoflessMs: number;
  /** How old a stranger may get while the room for strangers is nearly taken; a NerdMiner's share takes 90 s. */
  readonly crowdedProofMs: number;
  /**
   * Bytes that wait for a miner to read them, after the kernel's own buffers are full. 64 KiB are twenty notifies,
   * ten minutes of not reading; a farm proxy with an accepted share may be behind by some 10,000 answers.
   */
  readonly strangerBacklogBytes: number;
  readonly backlogBytes: number;
  /** Bytes may wait this long for a reader that takes none of them; the pool speaks every 30 s, so two of its words. */
  readonly stuckMs: number;
  /**
   * Lines that are not good shares: so many at once, so many a second, of less than 1 KiB: a longer one counts
   * as one more for each KiB, as reading it takes longer. A proxy logs in 256 workers at a time. A line
   * above that waits, which is no harm to a miner that means it. Good shares are free, and each earns its connection
   * another line, up to `provenLineBurst`: a proxy's stale shares after a new block are as many as its good ones.
   */
  readonly lineBurst: number;
  readonly linesPerSecond: number;
  readonly provenLineBurst: number;
  readonly provenLinesPerSecond: number;
  /**
   * Lines that take no more than a look into a map: logins of a name that is logged in or beyond those that are told apart,
   * and a farm agent's frames that register or unregister a machine. So many at once are free: a farm or proxy of 5,000
   * brings its machines all at once, at each return. Measured: 1 to 3 µs a frame, 5 µs a login, which is answered; the
   * login of a new name 96 µs, with what the log's thread does. So these take no longer than the lines that are free.
   */
  readonly slightBurst: number;
  /** So many come back with each line that does, which takes no longer either. One beyond them counts as any line. */
  readonly slightsPerLine: number;
  /**
   * Segments that bring no end of a line, or less than a share has: so many at once, so many a second. To read one takes as
   * long as a short line, and no line is charged for them; beyond these what comes gathers for up to a second and is read at
   * once. Firmware that writes its JSON to the socket as it builds it has a login and a share of them; a good share gives two
   * back, for a proxy that sends each line's end by itself.
   */
  readonly pieceBurst: number;
  readonly piecesPerSecond: number;
  /** A connection whose lines have had to wait for so long without a break is a flood: 600 lines did get through. */
  readonly floodMs: number;
  /**
   * Rejected shares only, for so long: at 60 s the miner gets new work, at 120 s `client.reconnect`, at 180 s it is
   * dropped, as ckpool does. Fewer rejects than `loopRejects` may be the bad luck of a slow miner.
   */
  readonly loopStepMs: number;
  readonly loopRejects: number;
  /**
   * So many in a row, for more than `crowdedGraceMs`, are no miner's without a share, nor are lines that wait for so long:
   * where no place is left it yields at once. A proxy sends what it has kept over a reconnect, and then good ones.
   */
  readonly hopelessRejects: number;
  /**
   * Strangers on places their address has not earned have at most this part of all connections, so that those who have
   * proved work find room in a flood.
   */
  readonly strangersPart: number;
  /** One address has at most this part of all connections, whatever work it proves, unless the operator names it. */
  readonly addressPart: number;
  /** From this part of it on the room counts as nearly taken. */
  readonly crowdedPart: number;
  /**
   * Where no place is left, a newcomer takes that of a stranger who has been there for so long: to log in, which needs
   * six round trips with TLS, and then for a share, of which vardiff wants three in this time. Nobody is taken for a
   * miner for work of less.
   */
  readonly crowdedGraceMs: number;
  readonly crowdedTenureMs: number;
  /**
   * How long a stranger keeps its place from others of its own address, on a place the address has not earned, once it
   * is logged in. An ESP32's share takes 86 s, so seven of eight have one in this time; the others try again. On earned
   * places it is `crowdedTenureMs`: their miners are known, and must not be kept out by who only sits there.
   */
  readonly shareMs: number;
  /**
   * An address with more than this part of the strangers' room has no such time: eight would fill the room. An address
   * with more than this part of all connections gives up those that sit on places it has earned, to newcomers from
   * addresses with fewer, where nobody else yields. To strangers only until they have as large a part: a flood of them
   * must not keep a farm's slow miners from coming back.
   */
  readonly crowdPart: number;
  /**
   * Time that an address has sat on places without work counts for half after `sittingHalfLifeMs`, and for nothing below
   * `sittingLeastMs`. Three hundred addresses on fifty places have 14 minutes each after some hours, and an ESP32 that
   * comes then has as much before it counts as one of them: six times what it takes for a share, its start included.
   */
  readonly sittingHalfLifeMs: number;
  readonly sittingLeastMs: number;
  /**
   * How long an address is the first to yield after harm, or after a connection that never logged in, and how long after
   * a ban's end: who comes back from one must not take the places of those that have sat longer and done nothing.
   */
  readonly suspectMs: number;
  readonly suspectAfterBanMs: number;
  /** For how long after such a thing it takes no place of one that only sits there: it has shown less itself. */
  readonly harmMemoryMs: number;
  /**
   * An address's allowance halves in this time without work: a farm that is cut off over night may still come back at
   * once. After `proofLifeMs` without an accepted share it is as if it had never been here; and by then at the latest it
   * can be banned again, or earlier: as soon as the time is over that its work covers as a miner's (`plausibleShares`).
   */
  readonly creditHalfLifeMs: number;
  readonly proofLifeMs: number;
  /** More connections than a node has. */
  readonly creditCap: number;
  /**
   * New connections of an address, for one that proved work those that speak: its whole allowance at once; the
   * strangers' part again in a minute ...
   */
  readonly strangerRefillMs: number;
  /** ... and the part it has earned by work again in ten seconds, since a farm's switch may fail twice. */
  readonly earnedRefillMs: number;
  /**
   * Who has spoken and waits until its address can pay is served besides, so many a second on the node, the addresses in
   * turns: half a millisecond of work each. So the wait has a bound in how many wait with it, whatever of them come back.
   */
  readonly spareTurnsPerSecond: number;
  /** Faults of an address's strangers before it is banned, one forgiven each `faultLifeMs`: a port scan makes three. */
  readonly faults: number;
  readonly faultLifeMs: number;
  /** The first ban; each further one lasts twice as long, until `banMemoryMs` after a ban's end. */
  readonly firstBanMs: number;
  readonly banMemoryMs: number;
  /**
   * Addresses remembered at a time, so many that have proved work and so many others: 32 MiB at 256 bytes each. IPv6
   * counts by /64, which is one subscriber; whoever has a wide network has many of them.
   */
  readonly addresses: number;
  /** Pending bytes above the bound are cut to this part of it, so that one cut lasts. */
  readonly memoryCutPart: number;
}

export const GUARD_LIMITS: GuardLimits = {
  lineBytesBeforeLogin: 1024,
  lineBytes: 8192,
  loginMs: 60_000,
  crowdedLoginMs: 10_000,
  strangerSilenceMs: 3_600_000,
  silenceMs: 7_200_000,
  prooflessMs: 3_600_000,
  slowestHashrate: 50_000,
  plausibleShares: 20,
  longestProoflessMs: 24 * 3_600_000,
  crowdedProofMs: 300_000,
  strangerBacklogBytes: 64 << 10,
  backlogBytes: 512 << 10,
  stuckMs: 60_000,
  lineBurst: 300,
  linesPerSecond: 5,
  provenLineBurst: 5_000,
  provenLinesPerSecond: 20,
  slightBurst: 6_000,
  slightsPerLine: 16,
  pieceBurst: 300,
  piecesPerSecond: 5,
  floodMs: 60_000,
  loopStepMs: 60_000,
  loopRejects: 3,
  hopelessRejects: 20,
  strangersPart: 0.5,
  addressPart: 0.75,
  crowdedPart: 0.75,
  crowdedGraceMs: 3_000,
  crowdedTenureMs: 30_000,
  shareMs: 180_000,
  crowdPart: 0.125,
  sittingHalfLifeMs: 3_600_000,
  sittingLeastMs: 5_000,
  suspectMs: 60_000,
  suspectAfterBanMs: 600_000,
  harmMemoryMs: 600_000,
  creditHalfLifeMs: 6 * 3_600_000,
  proofLifeMs: 24 * 3_600_000,
  creditCap: 65_536,
  strangerRefillMs: 60_000,
  earnedRefillMs: 10_000,
  spareTurnsPerSecond: 50,
  faults: 20,
  faultLifeMs: 10_000,
  firstBanMs: 60_000,
  banMemoryMs: 3_600_000,
  addresses: 65_536,
  memoryCutPart: 0.75,
};

/** Where two operators differ. */
export interface GuardOptions {
  /** Of the whole node. */
  readonly nodeConnections: number;
  /** Connections without a miner's work that one address may have, before it has proved any. */
  readonly strangersPerAddress: number;
  /** The longest ban; 0 for none at all. */
  readonly longestBanMs: number;
  /** Bytes that may wait, in and out: a listener is given its part of the node's. */
  readonly memoryBytes: number;
  /** Addresses (or IPv6 networks) to which no limit applies: a relay, a proxy, one's own farm. */
  readonly unlimited: readonly string[];
}
