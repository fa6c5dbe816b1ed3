import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { doctorSubject } from '../../../src/roles/index.js';

describe('what the doctor examines', () => {
  let datadir = '';
  beforeEach(() => {
    datadir = mkdtempSync(join(tmpdir(), 'orcapool-doctor-'));
  });
  afterEach(() => rmSync(datadir, { recursive: true }));

  function subject(settings: Readonly<Record<string, string>>) {
    const all = { network: 'regtest', 'pool.mode': 'solo', datadir, ...settings };
    return doctorSubject({
      file: null,
      settings: Object.entries(all).map(([key, text]) => ({ key, text, from: `--set ${key}` })),
    });
  }

  it('knows whose data the data directory holds, as the node does when it refuses it', () => {
    expect(subject({}).machine?.heldNetwork).toBeNull();
    writeFileSync(join(datadir, 'network'), 'signet\n');
    expect(subject({}).machine?.heldNetwork).toBe('signet');
  });

  it('names the ZMQ addresses that there are', () => {
    const nodes = { 'bitcoin.rpcUrl': 'http://a:1,http://b:2' };
    expect(subject({ ...nodes, 'bitcoin.zmqHashBlock': '-,tcp://b:3' }).machine?.zmq).toEqual(['tcp://b:3']);
    expect(subject(nodes).machine?.zmq).toEqual([]);
  });

  it('is everything but TLS where its key is not set', () => {
    const { configurationProblem, machine } = subject({ 'stratum.tlsCertificate': '/no/such' });
    expect(configurationProblem).toContain('stratum.tlsKey: not set');
    expect(machine).toMatchObject({ datadir, network: 'regtest', stratum: { tls: null } });
  });
});
