import { describe, expect, it } from '@jest/globals';
import { CHECKS } from '../../../src/audit/index.js';
import { auditCommand, runCli, verifyReceiptCommand } from '../../../src/cli/index.js';
import { CodedError, toHex } from '../../../src/lib/index.js';
import { encodeReceipt } from '../../../src/rounds/index.js';
import { audited, chainOf, claimUnderAudit, packedOf, worked } from '../audit/audit-source.js';
import { CHEATS } from '../audit/cheats.js';
import { bed } from '../claims/receipt-bed.js';
import { Recorder } from './recorder.js';

async function told(report: ReturnType<typeof audited>, ...options: readonly string[]) {
  const terminal = new Recorder();
  const commands = [auditCommand(async () => report)];
  const code = await runCli({ version: '1', commands, terminal }, ['audit', 'orc1|41', ...options]);
  return { code, out: terminal.out };
}

describe('orcapool audit', () => {
  it('prints each check by number and name with what was found, then the verdict with its evidence', async () => {
    const cheat = CHEATS.find(({ what }) => what.startsWith('the difficulty it realised'))!;
    const report = audited(cheat.claim);
    const { code, out } = await told(report);
    expect(code).toBe(1);
    for (const { no, name } of CHECKS) expect(out).toMatch(new RegExp(`^ *${no} ${name} `, 'm'));
    expect(out).toMatch(/^ 27 share-work +failed .*recordRow [0-9a-f]{80}/m);
    expect(out).toMatch(
      /\ninvalid by check 27: .*record 3; recordRow [0-9a-f]{80}; expected .*; found LOW_DIFFICULTY/,
    );
    const json = JSON.parse((await told(report, '--json')).out) as { verdict: object };
    expect(json.verdict).toMatchObject({ kind: 'invalid', check: 27, evidence: { record: '3' } });
  });

  it('exits with 0 for what is valid and 2 for what it cannot tell, with the reason', async () => {
    const claim = claimUnderAudit(packedOf(worked().built));
    expect(await told(audited(claim, { chain: chainOf() }))).toMatchObject({
      ...{ code: 0, out: expect.stringContaining('\nvalid: 112 expected hashes') },
    });
    expect(await told(audited(claim, { chain: null }))).toMatchObject({
      ...{ code: 2, out: expect.stringContaining('\nabstains: ') },
    });
  });

  it('says by its exit that nothing is known where it was refused, as a receipt held against nothing does', async () => {
    const refuse = () => Promise.reject(new CodedError('NOBODY', 'nobody to ask'));
    const gone = () => Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' }));
    const of = await bed();
    const receipt = toHex(encodeReceipt(of.receiptOf(of.shares[0]!.hash)));
    for (const fail of [refuse, gone]) {
      const network = () => 'regtest' as const;
      const sources = { network, claim: fail, proof: fail };
      for (const argv of [
        ['audit', 'orc1|41'],
        ['verify', 'receipt', receipt],
        ['verify', 'receipt', '00'],
        ['verify', 'receipt'],
        ['audit'],
      ]) {
        const commands = [auditCommand(fail), verifyReceiptCommand(sources)];
        expect(await runCli({ version: '1', commands, terminal: new Recorder() }, argv)).toBe(2);
      }
    }
  });
});
