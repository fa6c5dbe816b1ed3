import { describe, expect, it } from '@jest/globals';
import { podAnswer } from '../../../orca/task/src/orca/pod-answer.js';

/** As recorded of side-cars of 2025, and of older ones (what Koii's examples assume). */
describe('an answer of the relay', () => {
  it.each([
    ['nested, 200', { status: 200, data: { status: 200, data: { a: 1 } } }, { status: 200, body: { a: 1 } }],
    [
      'nested, 404',
      { status: 200, data: { status: 404, data: { error: 'x' } } },
      { status: 404, body: { error: 'x' } },
    ],
    ['nested, false', { status: 200, data: { status: 200, data: false } }, { status: 200, body: false }],
    ['flat, 200', { status: 200, data: { a: 1 } }, { status: 200, body: { a: 1 } }],
    ['flat, false', { status: 200, data: false }, { status: 200, body: false }],
    [
      'flat, a body with a status',
      { status: 200, data: { status: 'ok' } },
      { status: 200, body: { status: 'ok' } },
    ],
    [
      'flat, 503',
      { status: 500, data: { error: { status: 503, error: { e: 1 } } } },
      { status: 503, body: { e: 1 } },
    ],
    ['a side-car that failed', { status: 500, data: 'fetch failed' }, { status: 500, body: 'fetch failed' }],
    ['no such function', { status: 404, data: { error: 'no' } }, { status: 404, body: { error: 'no' } }],
  ])('%s', (_shape, response, answer) => {
    expect(podAnswer(response)).toEqual(answer);
  });

  it('is none while there is no container', () => {
    expect(podAnswer({ status: 'error', message: 'receiver not connected' })).toBeNull();
    expect(podAnswer(undefined)).toBeNull();
  });
});
