/**
 * Requests of every method a miner may call, first as they should be, then with something wrong in them: another
 * value in a parameter's place, one too many or too few, no list at all, any id, keys in any order, twice, or unknown.
 */
import fc from 'fast-check';
import { hostileNumber, hostileString, hostileValue } from './hostile-values.js';

type Text = fc.Arbitrary<string>;

const text = (...texts: readonly string[]): Text => fc.constantFrom(...texts);

const EXTENSIONS = ['"version-rolling"', '"minimum-difficulty"', '"subscribe-extranonce"', '"info"'];

const configured = fc
  .tuple(
    fc.array(
      fc.oneof({ weight: 4, arbitrary: text(...EXTENSIONS) }, { weight: 1, arbitrary: hostileString }),
      {
        maxLength: 40,
      },
    ),
    fc.array(
      fc.tuple(
        text(
          ...['"version-rolling.mask"', '"version-rolling.min-bit-count"', '"minimum-difficulty.value"'],
          ...['"info.hw-version"', '"info.sw-version"', '"__proto__"'],
        ),
        fc.oneof(text('"1fffe000"', '"ffffffff"', '2', '1e-9', '1'), hostileNumber, hostileValue),
      ),
      { maxLength: 5 },
    ),
  )
  .map(([extensions, parameters]) => [
    `[${extensions.join(',')}]`,
    `{${parameters.map(([key, value]) => `${key}:${value}`).join(',')}}`,
  ]);

const listOf = (...values: readonly Text[]): fc.Arbitrary<readonly string[]> =>
  fc.tuple(...values).map((list) => [...list]);

const submitted = listOf(
  text('"<user>"'),
  fc.oneof({ weight: 5, arbitrary: text('"<job>"') }, { weight: 1, arbitrary: hostileString }),
  text('"<extranonce2>"', '"<extranonce2>"', '"0000000000000001"', '"00"', '"zzzzzzzzzzzzzzzz"'),
  text('"<time>"', '"<time>"', '"00000000"', '"ffffffff"', '"1"'),
  text('"<nonce>"', '"<nonce>"', '"0"', '"FFFFFFFF"', '"-1"'),
);

const rolled = fc
  .tuple(submitted, fc.oneof(text('"00002000"', '"ffffffff"', 'null', '"1"'), hostileValue))
  .map(([params, bits]) => [...params, bits]);

const user = text('"<user>"', '"<user>"', '"<address>"', '"<address>.b"', '"<address>.c"', '"1111"');
const password = fc.oneof(text('"x"', '"d=1e-9"', '"d=1,sig=hello"', '"x th=1e-21"', '""'), hostileString);
const number = fc.oneof(text('1', '1e-9', '1e-7', '"1e-8"'), hostileNumber);

/** Each with its parameters as they should be, or nearly. */
const CALLS: readonly (readonly [string, fc.Arbitrary<readonly string[]>])[] = [
  [
    'mining.subscribe',
    fc.oneof(
      listOf(fc.oneof(text('"fuzz/1"'), hostileString)),
      listOf(text('"fuzz/1"', '""'), text('"<session>"')),
    ),
  ],
  ['mining.authorize', listOf(user, password)],
  ['mining.auth', listOf(user, password)],
  ['mining.submit', submitted],
  ['mining.submit', rolled],
  ['mining.configure', configured],
  ['mining.suggest_difficulty', listOf(number)],
  ['mining.suggest', listOf(number)],
  [
    'mining.suggest_target',
    listOf(fc.oneof(text(`"${'f'.repeat(64)}"`, '"0"', '"1"', '"0x00"'), hostileString)),
  ],
  ['mining.capabilities', listOf(fc.oneof(text('{"suggested_target":"00"}', '{"notify":[]}'), hostileValue))],
  ['mining.extranonce.subscribe', listOf()],
  ['mining.multi_version', listOf(number)],
  ['mining.get_transactions', listOf(text('"<job>"', '"0"'))],
  ['mining.get_txnhashes', listOf(text('"<job>"'))],
  ['mining.ping', listOf()],
  ['mining.pong', listOf()],
  ['pong', listOf()],
  ['client.get_version', listOf()],
];

/** Lines that are no calls of these: other names, answers to the pool's own questions, no method at all. */
const OTHERS: readonly string[] = [
  ...[
    '{"id":1,"method":"mining.set_extranonce","params":[]}',
    '{"id":1,"method":"","params":[]}',
    '{}',
    '{"id":7}',
  ],
  ...['{"id":1,"result":"agent/1","error":null}', '{"id":1,"result":{"a":[]}}', '{"id":2,"error":[1,2,3]}'],
  ...[
    '{"id":3,"method":"mining.suggest_difficulty(64","params":[]}',
    '{"id":4,"method":"mining.submit(","params":[]}',
  ],
  ...[
    '{"id":5,"method":"mining.authorize(\\"<user>\\")","params":[]}',
    '{"id":6,"method":{"a":1},"params":[1]}',
  ],
  ...['{"id":8,"method":"constructor"}', '{"id":9,"method":"__proto__","params":["a"]}', ''],
];

const id = fc.oneof(
  { weight: 6, arbitrary: fc.nat(1000).map(String) },
  { weight: 1, arbitrary: text('null', '"a"', '-1', '1.0', '"\\u0122"') },
  { weight: 1, arbitrary: hostileValue },
);

const call = fc.constantFrom(...CALLS).chain(([method, params]) => fc.tuple(fc.constant(method), params, id));

function written(method: string, params: string, ofId: string): string {
  return `{"id":${ofId},"method":"${method}","params":${params}}`;
}

/** As a miner would send it. */
export const rightRequest: Text = call.map(([method, params, ofId]) =>
  written(method, `[${params.join(',')}]`, ofId),
);

/** What is done to one: at which parameter, and what with. */
const harm = fc.tuple(
  fc.constantFrom('swap', 'add', 'cut', 'bare', 'twice', 'reverse', 'name'),
  fc.nat(6),
  hostileValue,
);

export const wrongRequest: Text = fc.tuple(call, harm).map(([[method, params, ofId], [kind, at, value]]) => {
  const list = `[${params.join(',')}]`;
  switch (kind) {
    case 'swap':
      return written(
        method,
        `[${params.map((each, i) => (i === at % params.length ? value : each)).join(',')}]`,
        ofId,
      );
    case 'add':
      return written(method, `[${[...params.slice(0, at), value, ...params.slice(at)].join(',')}]`, ofId);
    case 'cut':
      return written(method, `[${params.slice(0, at % (params.length + 1)).join(',')}]`, ofId);
    case 'bare':
      return written(method, value, ofId);
    case 'twice':
      return `{"id":1,"params":[],"id":${ofId},"method":"mining.ping","__proto__":${value},"method":"${method}","params":${list}}`;
    case 'reverse':
      return ` { "params" : ${list} , "extra" : ${value} , "method" : "${method}" , "id" : ${ofId} } `;
    default:
      return `{"method":"${method}(${at}","id":${ofId},"params":${list}}`;
  }
});

export const otherLine: Text = text(...OTHERS);
