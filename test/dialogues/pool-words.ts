/**
 * What a pool says, cut into lines and the frames of BTC.com's farm agent, by other code than the pool's. A frame is given
 * as a line of its own, `{"frame":"<hex>"}`.
 */
const NEWLINE = 0x0a;
const FRAME = 0x7f;
const HEAD_BYTES = 4;

export class PoolWords {
  private rest: Buffer = Buffer.alloc(0);

  constructor(private readonly encoding: 'utf8' | 'latin1') {}

  get isAtEnd(): boolean {
    return this.rest.length === 0;
  }

  /** Those that end in it. */
  take(chunk: Buffer): string[] {
    const words: string[] = [];
    let bytes = Buffer.concat([this.rest, chunk]);
    for (;;) {
      const isFrame = bytes[0] === FRAME;
      const end = isFrame ? frameEnd(bytes) : bytes.indexOf(NEWLINE) + 1;
      if (end === 0 || end > bytes.length) break;
      words.push(
        isFrame
          ? JSON.stringify({ frame: bytes.toString('hex', 0, end) })
          : bytes.toString(this.encoding, 0, end - 1).replace(/\r$/, ''),
      );
      bytes = bytes.subarray(end);
    }
    this.rest = bytes;
    return words;
  }
}

/** 0 while that is not known. */
function frameEnd(bytes: Buffer): number {
  if (bytes.length < HEAD_BYTES) return 0;
  return Math.max(HEAD_BYTES, bytes.readUInt16LE(2));
}
