/** Byte for byte, because firmware is written against these bytes. */
import { describe, expect, it } from '@jest/globals';
import * as messages from '../../../../src/stratum/v1/messages.js';

describe('the lines the pool sends', () => {
  it.each([
    [messages.answer('"a"', '[1]'), '{"id":"a","result":[1],"error":null}'],
    [
      messages.refusal('7', { code: 21, text: 'A "job"' }),
      '{"id":7,"result":null,"error":[21,"A \\"job\\"",null]}',
    ],
    [messages.setDifficulty(0.00015), '{"id":null,"method":"mining.set_difficulty","params":[0.00015]}'],
    [messages.setDifficulty(1e6), '{"id":null,"method":"mining.set_difficulty","params":[1000000]}'],
    // BIP310's own example.
    [messages.setVersionMask(0x3000), '{"id":null,"method":"mining.set_version_mask","params":["00003000"]}'],
    [messages.showMessage('a\nb'), '{"id":null,"method":"client.show_message","params":["a\\nb"]}'],
    [
      messages.showMessage('the node’s disk'),
      '{"id":null,"method":"client.show_message","params":["the node\\u2019s disk"]}',
    ],
    [messages.reconnect(), '{"id":null,"method":"client.reconnect","params":[]}'],
    [messages.getVersion(), '{"id":1,"method":"client.get_version","params":[]}'],
    [messages.ping(), '{"id":2,"method":"mining.ping","params":[]}'],
  ])('%s', (line, text) => {
    expect(line).toBe(`${text}\n`);
  });
});
