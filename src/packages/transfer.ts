/** One archive from one place, checked as it comes. What the place does wrong is its own; see `ArchiveGatherer`. */
import { errorCode, errorMessage, type Timers } from '../lib/index.js';
import {
  ArchiveGatherer,
  type ArchiveKind,
  type Cid,
  MAX_ARCHIVE_BYTES,
  PackageError,
  TransferError,
} from '../rounds/index.js';
import { type BodyRequest, httpBody, PlaceError } from './http-body.js';
import { namedHosts, type Place, placeName, placeUrl } from './place.js';

export interface Wanted {
  readonly kind: ArchiveKind;
  readonly cid: Cid;
}

/** What a place was asked for in vain. */
export interface Tried {
  readonly place: string;
  readonly why: string;
  /** Of its body, as far as it was read. */
  readonly bytes: number;
  /** Whether it said that it has not got it; false where something on the way may be at fault. */
  readonly isDenial: boolean;
}

export type TransferResult =
  | { readonly kind: 'package'; readonly bytes: Uint8Array; readonly from: string }
  | {
      readonly kind: 'malformed';
      readonly error: PackageError;
      readonly bytes: Uint8Array;
      readonly from: string;
    }
  | { readonly kind: 'failed'; readonly tried: Tried };

/** As trustless gateways are asked (specs.ipfs.tech/http-gateways/trustless-gateway, IPIP-412); other orders do too. */
const ACCEPT =
  'application/vnd.ipld.car; version=1; order=dfs; dups=n, application/vnd.ipld.car; version=1; q=0.9';

export interface TransferOptions {
  readonly timers: Timers;
  /** From the asking to the last byte. */
  readonly placeMs: number;
  readonly resolve: BodyRequest['resolve'];
  readonly isOpen: BodyRequest['isOpen'];
}

/** Not found, and gone. A gateway that is out of time or order answers 5xx, and one that is asked too often 429. */
const DENIALS: ReadonlySet<unknown> = new Set([404, 410]);
/** What an archive looks like whose end was lost on the way. */
const CUT_OFF: ReadonlySet<unknown> = new Set(['CAR_TRUNCATED', 'BLOCK_MISSING']);

/** Whether the place has something else, or nothing, in the archive's stead, and not the network. */
function isDenial(error: unknown): boolean {
  if (error instanceof TransferError) return !CUT_OFF.has(error.code);
  if (!(error instanceof PlaceError)) return false;
  return error.code === 'PLACE_TOO_LARGE' || DENIALS.has(error.data.status);
}

export class Transfer {
  private readonly controller = new AbortController();
  private readonly url: URL;
  /** Of the body so far. */
  bytes = 0;
  /** What the body is said to be, once an HTTP status came. */
  private saidType: string | null = null;

  constructor(
    private readonly wanted: Wanted,
    readonly place: Place,
    private readonly places: readonly Place[],
    private readonly options: TransferOptions,
  ) {
    this.url = placeUrl(place, wanted.cid);
  }

  get name(): string {
    return placeName(this.url);
  }

  /** The running transfer ends as failed, for this reason. */
  stop(why: string): void {
    this.controller.abort(new PlaceError('PLACE_SLOW', why));
  }

  failed(why: string, isDenial = false): Tried {
    return { place: this.name, why, bytes: this.bytes, isDenial };
  }

  /** Throws only for faults of this program. */
  async run(): Promise<TransferResult> {
    const { timers, placeMs } = this.options;
    const cancel = timers.after(placeMs, () => this.stop(`is not done within ${placeMs / 1000} s`));
    const gatherer = new ArchiveGatherer(this.wanted.kind, this.wanted.cid);
    try {
      for await (const bytes of httpBody(this.request())) {
        this.bytes += bytes.length;
        gatherer.push(bytes);
        if (gatherer.isWhole) break;
      }
      return { kind: 'package', bytes: gatherer.finish(), from: this.name };
    } catch (error) {
      if (error instanceof PackageError) {
        return { kind: 'malformed', error, bytes: gatherer.broken, from: this.name };
      }
      if (errorCode(error) === undefined) throw error;
      const saidType = error instanceof TransferError ? ` (it is said to be "${this.saidType}")` : '';
      const why = `${errorCode(error)}: ${errorMessage(error)}${saidType}`;
      return { kind: 'failed', tried: this.failed(why, isDenial(error)) };
    } finally {
      cancel();
    }
  }

  private request(): BodyRequest {
    return {
      url: this.url,
      accept: ACCEPT,
      namedHosts: namedHosts(this.place, this.places, this.wanted.cid),
      maxBytes: MAX_ARCHIVE_BYTES,
      signal: this.controller.signal,
      resolve: this.options.resolve,
      isOpen: this.options.isOpen,
      onAnswer: (saidType) => {
        this.saidType = saidType;
      },
    };
  }
}
