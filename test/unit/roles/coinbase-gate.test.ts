import { describe, expect, it } from '@jest/globals';
import { CoinbaseGate } from '../../../src/roles/coinbase-gate.js';
import { templateOn } from '../../integration/shares/share-source.js';
import { silentLogger } from '../../surroundings.js';

/** A gate whose checks the test ends, in the order they were asked. */
function gateWithChecks(): { gate: CoinbaseGate; checks: PromiseWithResolvers<string>[] } {
  const checks: PromiseWithResolvers<string>[] = [];
  const gate = new CoinbaseGate(() => {
    const check = promiseWithResolvers();
    checks.push(check);
    return check.promise;
  }, silentLogger);
  return { gate, checks };
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function promiseWithResolvers(): PromiseWithResolvers<string> {
  let resolve!: (value: string) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<string>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

describe('the gate before the first work', () => {
  it('opens when bitcoind has read a coinbase as it was meant', async () => {
    const { gate, checks } = gateWithChecks();
    const answer = gate.ask(templateOn(1));
    expect(gate.isOpen).toBe(false);
    checks[0]!.resolve('txid');
    expect(await answer).toBe('open');
    expect(gate.isOpen).toBe(true);
  });

  it('says why it stays shut, and opens for a later template', async () => {
    const { gate, checks } = gateWithChecks();
    const first = gate.ask(templateOn(1));
    checks[0]!.reject(new Error('other outputs'));
    expect(await first).toEqual({ reason: 'the coinbase check failed: other outputs' });
    const second = gate.ask(templateOn(2));
    checks[1]!.resolve('txid');
    expect(await second).toBe('open');
  });

  it('does not stop good work for a check that fails late', async () => {
    const { gate, checks } = gateWithChecks();
    const slow = gate.ask(templateOn(1));
    const quick = gate.ask(templateOn(2));
    checks[1]!.resolve('txid');
    expect(await quick).toBe('open');
    checks[0]!.reject(new Error('timeout'));
    expect(await slow).toBeNull();
    expect(gate.isOpen).toBe(true);
  });

  it('leaves the word to the newest template’s check while none has passed', async () => {
    const { gate, checks } = gateWithChecks();
    const older = gate.ask(templateOn(1));
    const newer = gate.ask(templateOn(2));
    checks[0]!.reject(new Error('timeout'));
    expect(await older).toBeNull();
    checks[1]!.reject(new Error('other outputs'));
    expect(await newer).toEqual({ reason: 'the coinbase check failed: other outputs' });
  });
});
