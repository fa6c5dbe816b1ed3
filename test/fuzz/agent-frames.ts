/** Frames of BTC.com's farm agent, right ones and others. `<frame>` is the share that was looked for last, of machine 0. */
import fc from 'fast-check';
import { mutated } from './hostile-bytes.js';

const rightFrame: fc.Arbitrary<string> = fc.constantFrom(
  ...[
    '\x7f\x01\x0b\0\0\0a\0r1\0',
    '\x7f\x01\x0b\0\0\0a\0r2\0',
    '\x7f\x01\x08\0\x01\0\0\0',
    '\x7f\x04\x06\0\0\0',
  ],
  ...['<frame>', '<frame><frame>', '<frame>\x7f\x01\x0b\0\0\0a\0r3\0<frame>'],
);

/** A command and a body of any length, which may be said to be another. */
const anyFrame: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(1, 2, 3, 4, 5, 0x10, 0x12, 0x13, 0xff),
    fc.uint8Array({ maxLength: 24 }),
    fc.option(fc.constantFrom(0, 3, 4, 15, 8_192, 8_193, 65_535)),
  )
  .map(([command, body, said]) => {
    const length = said ?? body.length + 4;
    return Buffer.of(0x7f, command, length & 0xff, length >> 8, ...body).toString('latin1');
  });

export const agentFrame: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: rightFrame },
  { weight: 3, arbitrary: anyFrame },
  { weight: 1, arbitrary: mutated(rightFrame) },
);
