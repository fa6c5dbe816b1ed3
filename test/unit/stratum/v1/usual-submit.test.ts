import { describe, expect, it } from '@jest/globals';
import { anyMessage, parseMessage } from '../../../../src/stratum/v1/request.js';
import { usualSubmit } from '../../../../src/stratum/v1/usual-submit.js';

const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const FIELDS = `"${ADDRESS}.rig 1", "01000000a7", "0000000000000001", "692244c0", "e04f1c2a"`;

/** As firmware writes them: ESP-Miner, bosminer and NerdMiner; cgminer and Antminers; the same with rolled versions. */
const USUAL = [
  `{"id":5,"method":"mining.submit","params":[${FIELDS.replaceAll(' "', '"')}]}`,
  `{"id": 5, "method": "mining.submit", "params": [${FIELDS}]}`,
  `{"id":0,"method":"mining.submit","params":[${FIELDS},"1fffe000"]}`,
  `{"params": [${FIELDS}], "id": 123456789012345, "method": "mining.submit"}`,
  `{"params": [${FIELDS}, ""], "id": 12, "method": "mining.submit"}`,
];

const UNUSUAL = [
  `{"id":05,"method":"mining.submit","params":[${FIELDS}]}`,
  `{"id":-5,"method":"mining.submit","params":[${FIELDS}]}`,
  `{"id":"5","method":"mining.submit","params":[${FIELDS}]}`,
  `{"id":5.0,"method":"mining.submit","params":[${FIELDS}]}`,
  `{"id":5,"id":6,"method":"mining.submit","params":[${FIELDS}]}`,
  `{"id":5,"method":"mining.submit","params":[${FIELDS}],"id":6}`,
  `{"id":5,"method":"mining.subscribe","params":[${FIELDS}]}`,
  `{"id":5,"method":"mining.submit","params":[${FIELDS},"00",1]}`,
  `{"id":5,"method":"mining.submit","params":[${FIELDS},null]}`,
  `{"id":5,"method":"mining.submit","params":["a","b","c","d"]}`,
  `{"id":5,"method":"mining.submit","params":["\\u0061","b","c","d","e"]}`,
  `{"id":5,"method":"mining.submit","params":["\u00e9","b","c","d","e"]}`,
  `{"id":5,"method":"mining.submit","params":["\t","b","c","d","e"]}`,
  `{"id":5,"method":"mining.submit","params":[${FIELDS}]} `,
];

/** Bytes that mean something to JSON, and some that do not. */
const STRANGE = '"\\[]{}:, \u00000159azAZ~\u007f\u00ff-.';

function* mutated(line: string, seed: number): Generator<string> {
  let state = seed;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let i = 0; i < 5_000; i++) {
    let text = line;
    for (let change = draw(3); change >= 0; change--) {
      const at = draw(text.length);
      const byte = STRANGE[draw(STRANGE.length)]!;
      text = `${text.slice(0, at)}${draw(2) === 0 ? byte : ''}${text.slice(at + draw(2))}`;
    }
    yield text;
  }
}

describe('a submit in its usual spelling', () => {
  it.each(USUAL)('is read as JSON would be: %s', (line) => {
    expect(usualSubmit(line)).toEqual(anyMessage(line));
    expect(parseMessage(line)).toEqual(anyMessage(line));
  });

  it.each(UNUSUAL)('is left to JSON where it is another: %s', (line) => {
    expect(usualSubmit(line)).toBeNull();
  });

  it('says the same as JSON wherever it says anything, whatever bytes were changed', () => {
    let read = 0;
    for (const [index, line] of USUAL.entries()) {
      for (const text of mutated(line, index + 1)) {
        const usual = usualSubmit(text);
        if (usual === null) continue;
        read++;
        expect(usual).toEqual(anyMessage(text));
      }
    }
    expect(read).toBeGreaterThan(5_000);
  });
});
