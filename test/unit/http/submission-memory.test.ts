import { describe, expect, it } from '@jest/globals';
import { SubmissionMemory } from '../../../src/http/submission-memory.js';

describe('SubmissionMemory', () => {
  it('forgets the submission that was longest not asked for, never more than its bound', async () => {
    const memory = new SubmissionMemory<number>(2, () => true);
    let worked = 0;
    const ask = (id: string): Promise<number> => memory.once(id, 'body', async () => ++worked);
    await ask('a');
    await ask('b');
    expect(await ask('a')).toBe(1);
    await ask('c'); // b goes
    expect(await ask('a')).toBe(1);
    expect(await ask('b')).toBe(4);
  });

  it('forgets what failed', async () => {
    const memory = new SubmissionMemory<number>(2, () => true);
    await expect(memory.once('a', 'body', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await memory.once('a', 'other', async () => 7)).toBe(7);
  });
});
