import { describe, expect, it } from '@jest/globals';
import { LiveLines } from '../../../src/localnet/live-lines.js';

function written(colour: boolean): { lines: LiveLines; text: () => string } {
  let text = '';
  const lines = new LiveLines({
    colour,
    write: (more) => {
      text += more;
    },
  });
  return { lines, text: () => text };
}

describe('the live line', () => {
  it('stays below what is said, and what comes after its end has a line of its own', () => {
    const { lines, text } = written(true);
    lines.show('shares 1');
    lines.say('Stopping');
    lines.end();
    lines.say('Stopped.');
    const CLEAR = '\r\x1b[2K';
    expect(text()).toBe(`${CLEAR}shares 1${CLEAR}Stopping\nshares 1\nStopped.\n`);
  });

  it('is a line now and then where no terminal is', () => {
    const { lines, text } = written(false);
    for (let n = 1; n <= 6; n++) lines.show(`shares ${n}`);
    lines.end();
    lines.say('Stopped.');
    expect(text()).toBe('shares 1\nshares 6\nStopped.\n');
  });
});
