import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyReceiptCommand } from '../../../src/cli/index.js';
import { CodedError, toDisplayHex, toHex } from '../../../src/lib/index.js';
import { membershipProof, receiptClaim } from '../../../src/roles/index.js';
import {
  type BuiltClaim,
  encodeAppointment,
  encodeKeptReceipt,
  encodeReceipt,
  encodeSubmission,
  submissionOfTold,
} from '../../../src/rounds/index.js';
import { temporaryFolder } from '../../bitcoind.js';
import { silentLogger } from '../../surroundings.js';
import { bed } from '../../unit/claims/receipt-bed.js';
import { Recorder } from '../../unit/cli/recorder.js';
import { PAYOUT } from '../shares/share-source.js';

const NODE = await bed();
const APPOINTED = NODE.appoint(7n);
/** Of the node's three shares its claim has two. */
const CLAIM = NODE.claimOf(2, APPOINTED);
const ALL = NODE.claimOf(3, APPOINTED);
const receipt = (share: number): string => toHex(encodeReceipt(NODE.receiptOf(NODE.shares[share]!.hash)));

function toldOf(built: BuiltClaim) {
  return {
    root: Buffer.from(built.root).toString('base64url'),
    ...{ work: String(built.claim.total), count: String(built.claim.count), miners: built.claim.miners },
    ...{ tip_height: 100, tip_hash: toDisplayHex(new Uint8Array(32)), package_cid: String(built.cid) },
    package_url: '/api/v1/rounds/7/package',
  };
}

function submissionOf(built: BuiltClaim, round = 7n): string {
  return encodeSubmission(
    submissionOfTold(round, toldOf(built), { proofCid: null, storeCid: null, stake: 0n }),
  );
}

/** What the node answers at a path; null for 404. */
function answerTo(path: string): Uint8Array | object | null {
  if (path === '/submission/7') return { round_number: 7, claim: toldOf(CLAIM) };
  if (path === '/api/v1/rounds/7/package') return CLAIM.package;
  const share = /^\/api\/v1\/rounds\/7\/miners\/me\/proof\?share=(.*)$/.exec(path)?.[1];
  const asked = NODE.shares.find(({ hash }) => toDisplayHex(hash) === share);
  return asked === undefined ? null : { proof: toHex(CLAIM.prove(PAYOUT, asked.hash)) };
}

let server: Server;
let node: string[];

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = answerTo(request.url!);
    response.statusCode = answer === null ? 404 : 200;
    response.setHeader(
      'content-type',
      answer instanceof Uint8Array ? 'application/vnd.ipld.car' : 'application/json',
    );
    response.end(answer instanceof Uint8Array ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  node = ['node', `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
});

afterAll(() => void server.close());

/** Exit code and what is written; a refusal's code in its place. */
async function verify(
  operand: string,
  ...options: readonly (readonly string[])[]
): Promise<readonly [number | string, string]> {
  const terminal = new Recorder();
  const command = verifyReceiptCommand({
    network: () => 'regtest',
    claim: (wish) => receiptClaim(wish, silentLogger),
    proof: membershipProof,
  });
  try {
    const call = { operands: [operand], options: Object.fromEntries(options), terminal };
    return [await command.run({ ...call, config: {} as never }), terminal.out];
  } catch (error) {
    if (error instanceof CodedError) return [error.code, terminal.out];
    throw error;
  }
}

describe('orcapool verify receipt', () => {
  it('finds shares kept and left out by what the node says it submitted, and says whose word that is', async () => {
    const [exit, out] = await verify(receipt(0), node);
    expect([exit, out]).toEqual([0, expect.stringContaining('kept: the share is in the claim')]);
    expect(out).toContain(`claim      ${toHex(CLAIM.root)}`);
    expect(out).toContain(`believed   the word of ${node[1]}: see on K2`);
    expect(await verify(receipt(2), node)).toEqual([1, expect.stringContaining('omitted: the node signed')]);
  });

  it('finds the same by a proof of membership, asked of the node or given', async () => {
    for (const [share, exit] of [
      [1, 0],
      [2, 1],
    ] as const) {
      expect((await verify(receipt(share), node, ['address', 'me']))[0]).toBe(exit);
      const proof = ['proof', toHex(CLAIM.prove(PAYOUT, NODE.shares[share]!.hash))];
      expect((await verify(receipt(share), node, proof))[0]).toBe(exit);
    }
    expect((await verify(receipt(1), node, ['address', 'you']))[0]).toBe('RECEIPT_PROOF');
  });

  it('proves an omission by what stands on K2, whatever package the node hands out', async () => {
    const folder = await temporaryFolder();
    const [submitted, shown] = [join(folder, 'submitted.car'), join(folder, 'shown.car')];
    await writeFile(submitted, CLAIM.package);
    await writeFile(shown, ALL.package);
    const onChain = ['submission', submissionOf(CLAIM)];
    const proven = await verify(receipt(2), onChain, ['package', submitted]);
    expect(proven).toEqual([1, expect.stringContaining('omitted')]);
    expect(proven[1]).toContain('believed   the submission that was given: see on K2');
    expect(await verify(receipt(2), onChain, node)).toEqual([1, expect.stringContaining('omitted')]);
    // The package with the share in it is another than it submitted.
    expect(await verify(receipt(2), onChain, ['package', shown])).toEqual([
      2,
      expect.stringContaining('mismatch: the package is of the claim'),
    ]);
    expect(await verify(receipt(2), ['package', shown])).toEqual([
      2,
      expect.stringContaining('unproven: the share is in the claim, but nobody says'),
    ]);
  });

  it('says what it needs', async () => {
    expect((await verify(receipt(0)))[0]).toBe('RECEIPT_CLAIM');
    expect((await verify(receipt(0), ['submission', submissionOf(CLAIM, 8n)], node))[0]).toBe(
      'RECEIPT_ROUND',
    );
    // Another claim's package is not to be had from this node.
    expect((await verify(receipt(0), ['submission', submissionOf(ALL)], node))[0]).toBe('RECEIPT_PACKAGE');
    const idle = await verify(receipt(0), ['submission', 'orc1|7|idle|-']);
    expect(idle).toEqual([2, expect.stringContaining('unproven: the node submitted that it was idle')]);
  });

  it('proves an omission by what came with the receipt, though the node appoints nobody by now', async () => {
    const silent = NODE.claimOf(2, null);
    const onChain = ['submission', submissionOf(silent)];
    const file = join(await temporaryFolder(), 'silent.car');
    await writeFile(file, silent.package);
    const alone = await verify(receipt(2), onChain, ['package', file]);
    expect(alone).toEqual([2, expect.stringContaining('unproven: the share is not in the claim')]);
    const appointment = ['appointment', toHex(encodeAppointment(NODE.handedOut(7n)))];
    const shown = await verify(receipt(2), onChain, ['package', file], appointment);
    expect(shown).toEqual([1, expect.stringContaining('omitted: the node signed')]);
    expect(shown[1]).toContain('appointed  by the node key, from round 7 on');
    const idle = await verify(receipt(2), ['submission', 'orc1|7|idle|-'], appointment);
    expect(idle).toEqual([1, expect.stringContaining('omitted: the node signed')]);
    const later = ['appointment', toHex(encodeAppointment(NODE.handedOut(8n)))];
    expect(await verify(receipt(2), onChain, ['package', file], later)).toEqual([
      2,
      expect.stringContaining('not appointed before round 8'),
    ]);
    // What a receipt is worth shows before its round is closed.
    expect(await verify(receipt(2), appointment)).toEqual([
      'RECEIPT_CLAIM',
      expect.stringContaining('appointed  by the node key'),
    ]);
  });

  it('needs nothing but what stands on K2 for a receipt, its appointment and a proof in one', async () => {
    const silent = NODE.claimOf(2, null);
    const onChain = ['submission', submissionOf(silent)];
    const whole = (share: number) => {
      const { hash } = NODE.shares[share]!;
      const proof = silent.prove(PAYOUT, hash);
      return encodeKeptReceipt({ receipt: NODE.receiptOf(hash), appointment: NODE.handedOut(7n), proof });
    };
    expect(await verify(toHex(whole(2)), onChain)).toEqual([1, expect.stringContaining('omitted')]);
    expect(await verify(toHex(whole(1)), onChain)).toEqual([0, expect.stringContaining('kept')]);
    // The claim with the share in it has another root than the proof.
    expect((await verify(toHex(whole(2)), ['submission', submissionOf(ALL)]))[0]).toBe('PROOF_OTHER_ROOT');
    const file = join(await temporaryFolder(), 'omission.bin');
    await writeFile(file, whole(2));
    expect((await verify(file, onChain))[0]).toBe(1);
  });
});
