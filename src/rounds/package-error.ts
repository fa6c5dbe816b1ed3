/**
 * Why a package is refused. Each code is a fact of the bytes alone, so every reader finds the same; their meanings
 * are the list in docs/claim-format.md, "Refusals".
 */
import { CodedError } from '../lib/index.js';

export type PackageFault =
  | 'CAR_HEADER'
  | 'CAR_VARINT'
  | 'CAR_SECTION'
  | 'CAR_TRUNCATED'
  | 'CID_FORM'
  | 'BLOCK_HASH'
  | 'BLOCK_UNEXPECTED'
  | 'BLOCK_TWICE'
  | 'BLOCK_MISSING'
  | 'CBOR_TRUNCATED'
  | 'CBOR_TRAILING'
  | 'CBOR_NOT_CANONICAL'
  | 'CBOR_UNSUPPORTED'
  | 'CBOR_DEPTH'
  | 'HEADER_FORM'
  | 'HEADER_VALUE'
  | 'TIER'
  | 'CHUNKS'
  | 'TABLE_ROW'
  | 'TABLE_SIZE'
  | 'TABLE_ORDER'
  | 'TABLE_REFERENCE'
  | 'MINER_SUMS'
  | 'RECORDS'
  | 'PROOF_FORM'
  | 'PROOF_DRAWS';

export class PackageError extends CodedError<PackageFault> {}
