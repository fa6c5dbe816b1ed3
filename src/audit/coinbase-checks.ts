/**
 * Checks 14 to 18: the coinbases that a package's shapes make, on the templates its jobs join them with. What a block
 * found on such a job would pay, and to whom, is decided here, before anybody finds one.
 */
import { pushHeight } from '../bitcoin/index.js';
import { toHex, utf8 } from '../lib/index.js';
import { type CoinbaseShape, EXTRANONCE_BYTES, encodeShape, subsidySats } from '../mining/index.js';
import type { ClaimPackage } from '../rounds/index.js';
import type { CoinbaseLayout, CoinbaseOutput, ShapeReading } from './coinbase-layout.js';
import { type Evidence, type Finding, failed, PASSED, suspect, unknown } from './finding.js';
import { rowOfTemplate, type TemplateRow } from './template-checks.js';

const MAX_SCRIPT_BYTES = 100;
const FINAL_SEQUENCE = 0xffff_ffff;
/** OP_RETURN and a push of 36 bytes, as witness commitments (BIP141) and ours both begin. */
const PUSH_OF_36 = [0x6a, 0x24] as const;
const WITNESS_HEAD = Uint8Array.of(...PUSH_OF_36, 0xaa, 0x21, 0xa9, 0xed);
const ANY_TAG_HEAD = Uint8Array.of(...PUSH_OF_36, ...utf8('ORC'));
const TAG_HEAD = Uint8Array.of(...ANY_TAG_HEAD, ...utf8('1'));
const COMMITMENT_SCRIPT_BYTES = 38;

export interface ShapeRow {
  readonly number: number;
  readonly shape: CoinbaseShape;
  readonly reading: ShapeReading;
}

/** A shape that check 14 has passed. */
export interface ReadShapeRow extends ShapeRow {
  readonly reading: CoinbaseLayout;
}

/** A shape on a template. */
export interface JobRow {
  readonly template: TemplateRow;
  readonly shape: ReadShapeRow;
}

function rowOfShape({ number, shape }: ShapeRow): Evidence {
  return { shape: String(number), shapeRow: toHex(encodeShape(shape)) };
}

function beginsWith(bytes: Uint8Array, head: Uint8Array): boolean {
  return head.every((byte, i) => bytes[i] === byte);
}

function isTag({ script }: CoinbaseOutput): boolean {
  return beginsWith(script, ANY_TAG_HEAD);
}

function isWitnessCommitment({ script }: CoinbaseOutput): boolean {
  return script.length === COMMITMENT_SCRIPT_BYTES && beginsWith(script, WITNESS_HEAD);
}

function outputsText(outputs: readonly CoinbaseOutput[]): string {
  return outputs.map(({ valueSats, script }) => `${valueSats} to ${toHex(script)}`).join('; ') || 'no output';
}

/** `longestSignature`: of the package's table, in bytes. */
export function coinbaseForm(row: ShapeRow, longestSignature: number): Finding {
  const signaturePush = longestSignature === 0 ? 0 : 1 + longestSignature;
  const length = row.shape.scriptHead.length + signaturePush + 1 + EXTRANONCE_BYTES;
  if (length > MAX_SCRIPT_BYTES) {
    return failed(`a script of 2 to ${MAX_SCRIPT_BYTES} bytes`, `${length} bytes`, rowOfShape(row));
  }
  if (row.reading.kind === 'read') return PASSED;
  return failed('outputs and a lock time, and nothing behind them', row.reading.fault, rowOfShape(row));
}

export function coinbaseHeight({ template, shape }: JobRow): Finding {
  const { height } = template.template;
  const where = (): Evidence => ({ ...rowOfTemplate(template), ...rowOfShape(shape) });
  const push = pushHeight(height);
  const { scriptHead } = shape.shape;
  if (!beginsWith(scriptHead, push)) {
    return failed(`a script that begins ${toHex(push)}, height ${height}`, toHex(scriptHead), where());
  }
  const { sequence, lockTime } = shape.reading;
  if (sequence !== FINAL_SEQUENCE && lockTime >= height) {
    return failed(`a lock time below ${height}`, `${lockTime}`, where());
  }
  const answer = template.onChain;
  if (answer.kind === 'unknown') return unknown(answer.reason);
  // A prevhash on no chain is check 20's.
  if (answer.kind === 'nowhere' || answer.block.height + 1 === height) return PASSED;
  return failed(`height ${answer.block.height + 1}, upon the prevhash`, `height ${height}`, where());
}

export function coinbaseOutputs(row: ReadShapeRow, { binding }: Pick<ClaimPackage, 'binding'>): Finding {
  const { outputs } = row.reading;
  const [reserve, ...others] = outputs;
  const reserveHex = toHex(binding.reserveScript);
  const witness = others.filter((output) => !isTag(output));
  const isOurs =
    reserve !== undefined &&
    toHex(reserve.script) === reserveHex &&
    witness.length <= 1 &&
    witness.every(isWitnessCommitment) &&
    others.every(({ valueSats }) => valueSats === 0n);
  if (isOurs) return PASSED;
  return failed(
    `outputs to the reserve ${reserveHex}, of 0 to a witness commitment and of 0 to ORC1`,
    outputsText(outputs),
    rowOfShape(row),
  );
}

export function coinbaseTags(row: ReadShapeRow): Finding {
  const tags = row.reading.outputs.filter(isTag);
  const [tag] = tags;
  const isOurs =
    tags.length === 1 &&
    tag!.script.length === COMMITMENT_SCRIPT_BYTES &&
    beginsWith(tag!.script, TAG_HEAD) &&
    tag!.commitmentAt === TAG_HEAD.length;
  if (isOurs) return PASSED;
  return failed(`one output with ${toHex(TAG_HEAD)} and the commitment`, outputsText(tags), rowOfShape(row));
}

export function coinbaseValue({ template, shape }: JobRow, halvingBlocks: number): Finding {
  const { valueSats } = shape.reading.outputs[0]!;
  const { height } = template.template;
  const subsidy = subsidySats(height, halvingBlocks);
  if (valueSats >= subsidy) return PASSED;
  return failed(`the subsidy of ${subsidy} sats at height ${height}`, `${valueSats} sats`, rowOfShape(shape));
}

/** Beyond 1.25 times the fees that were seen, for transactions that this node did not. */
const MORE_FEES_SATS = 5_000_000n;

/** `bestFeesSats`: the most that this node's templates had at a height. */
export function coinbaseFees(
  { template, shape }: JobRow,
  halvingBlocks: number,
  bestFeesSats: ReadonlyMap<number, bigint>,
): Finding {
  const { height } = template.template;
  const fees = bestFeesSats.get(height);
  if (fees === undefined) return PASSED;
  const { valueSats } = shape.reading.outputs[0]!;
  const most = subsidySats(height, halvingBlocks) + (fees * 5n) / 4n + MORE_FEES_SATS;
  if (valueSats <= most) return PASSED;
  return suspect(`at most ${most} sats at height ${height}`, `${valueSats} sats`, rowOfShape(shape));
}
