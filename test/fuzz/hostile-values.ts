/**
 * JSON values as texts, of the kinds that have broken parsers before: numbers beyond every type, nesting, NUL and lone
 * surrogates, characters whose low byte is a quote or a newline, keys of Object's prototype, keys twice. As texts,
 * because a value cannot hold most of that.
 */
import fc from 'fast-check';

const NUMBERS = [
  ...[
    '0',
    '-0',
    '1',
    '-1',
    '0.1',
    '1e-9',
    '1e-10',
    '5e-324',
    '1e-400',
    '16777217',
    '4294967295',
    '4294967296',
  ],
  ...['9007199254740993', '1e15', '1e60', '1152921504606846977', '1e308', '1e309', '-1e309', '1E999', '1.0'],
  `${'9'.repeat(400)}`,
];

const STRINGS = [
  ...['', ' ', '0', '1', 'x', 'null', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length'],
  // Low bytes 0x22 and 0x0a, 0x00, a lone surrogate of each kind, a pair, and Latin-1 as it is.
  ...['\\u0122', '\\u010a', '\\u0000', '\\ud800', '\\udfff', '\\ud83d\\ude00', '\\"', '\\\\', '\xe9', '\x7f'],
  ...[
    '<user>',
    '<address>',
    '<address>.',
    '<address>.a.b',
    ' <user> ',
    '<address>.\xe9',
    '<job>',
    '<session>',
  ],
  ...['<extranonce2>', '<time>', '<nonce>', '00000000', 'ffffffff', 'FFFFFFFF', '0', '1fffe000', 'zzzzzzzz'],
  ...[
    '0000000000000000',
    '00000000000000000',
    'ffffffffffffffff',
    `${'f'.repeat(64)}`,
    `0x${'0'.repeat(64)}`,
  ],
  ...[
    '1',
    '64',
    '1e400',
    'NaN',
    '-5',
    '0x10',
    'd=1',
    'd=1e99',
    'd=1e-9,sig=hi',
    'sig=\\u0000',
    'd=;d=0;d=nan',
  ],
  // K2 keys in base58, and what is nearly one.
  ...['1'.repeat(32), '4zvwRjXUKGfvwnParsHAS3HuSVzV5cA4McphgmoCtajS', 'z'.repeat(44), 'z'.repeat(45)],
  // Bitcoin's of other networks.
  ...['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', '1BoatSLRHtKNngkdXEeobR76b53LETtpyT'],
];

const HARMLESS = ['true', 'false', 'null', '[]', '{}', '[null]', '{"a":1}', '""'];

/** Nothing can be made a text or a number of these, not even for a message. */
const UNSPEAKABLE = ['{"toString":1}', '{"toString":null,"valueOf":[]}', '[{"toString":"x","valueOf":1}]'];

const nesting = fc
  .tuple(fc.constantFrom(['[', ']'], ['{"a":', '}'], ['[{"":', '}]']), fc.integer({ min: 1, max: 1500 }))
  .map(([[open = '', close = ''], depth]) => `${open.repeat(depth)}0${close.repeat(depth)}`);

const longString = fc
  .tuple(fc.constantFrom('a', '\xff', '\\u0122', '<', '1', 'f', ' '), fc.integer({ min: 1, max: 1500 }))
  .map(([character, times]) => `"${character.repeat(times)}"`);

const chosenString = fc.constantFrom(...STRINGS).map((text) => `"${text}"`);

/** Any code unit, as an escape or, where it is a byte that may stand in a string, as that. */
const anyString = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
  .map((units) => `"${units.map((unit, i) => spelled(unit, i % 2 === 0)).join('')}"`);

function spelled(unit: number, asByte: boolean): string {
  const isPlain = unit >= 0x20 && unit <= 0xff && unit !== 0x22 && unit !== 0x5c;
  return asByte && isPlain ? String.fromCharCode(unit) : `\\u${unit.toString(16).padStart(4, '0')}`;
}

const leaf = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HARMLESS) },
  { weight: 2, arbitrary: fc.constantFrom(...UNSPEAKABLE) },
  { weight: 3, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 6, arbitrary: chosenString },
  { weight: 2, arbitrary: anyString },
  { weight: 1, arbitrary: longString },
  { weight: 1, arbitrary: nesting },
  { weight: 1, arbitrary: fc.double().map((value) => JSON.stringify(value)) },
);

const KEYS = ['"id"', '"method"', '"__proto__"', '"constructor"', '"\\u0069d"', '""', '"a"', '"result"'];

/** Of an object's members some have the same key. */
const object = fc
  .array(fc.tuple(fc.constantFrom(...KEYS), leaf), { maxLength: 4 })
  .map((members) => `{${members.map(([key, value]) => `${key}:${value}`).join(',')}}`);

const array = fc.array(leaf, { maxLength: 4 }).map((values) => `[${values.join(',')}]`);

export const hostileString = fc.oneof(chosenString, anyString, longString);
export const hostileNumber = fc.constantFrom(...NUMBERS);
export const hostileValue = fc.oneof(
  { weight: 6, arbitrary: leaf },
  { weight: 1, arbitrary: object },
  { weight: 1, arbitrary: array },
);
