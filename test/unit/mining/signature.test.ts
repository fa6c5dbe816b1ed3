import { describe, expect, it } from '@jest/globals';
import { utf8 } from '../../../src/lib/index.js';
import { isSignature, signatureOf, signatureText } from '../../../src/mining/index.js';

describe('a signature', () => {
  it.each(['', 'mine', 'twenty bytes exactly', 'A-z 0_9.:/@#+*!?()[]'])('may be %j', (text) => {
    expect(signatureOf(text)).toEqual(utf8(text));
    expect(isSignature(utf8(text))).toBe(true);
    expect(signatureText(utf8(text))).toBe(text);
  });

  it.each(['123456789012345678901', 'é', 'a\u0000b', '<b>', '"x"', '$(x)', "'", 'a\nb', '\\', '`', '%', '|'])(
    'may not be %j',
    (text) => {
      expect(signatureOf(text)).toBeNull();
      expect(isSignature(utf8(text))).toBe(false);
    },
  );
});
