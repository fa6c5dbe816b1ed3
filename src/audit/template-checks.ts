/** Checks 19 to 22: where a package's templates stand on the chain, and when. */
import type { Network } from '../bitcoin/index.js';
import { toDisplayHex, toHex } from '../lib/index.js';
import { encodeJobTemplate, type JobTemplate } from '../mining/index.js';
import type { RoundUnderAudit } from './audit-subject.js';
import { type BlockAnswer, type BlockFacts, MARGIN_SECONDS, within } from './chain-facts.js';
import { type Evidence, type Finding, failed, PASSED, unknown } from './finding.js';

/** P2Pool's bound, and 65,535 transactions. */
const MAX_BRANCH = 16;
/** Difficulty 1, which testnet4 lets any block have that comes 20 minutes after the one before. */
const TESTNET_EASIEST_BITS = 0x1d00ffff;

export interface TemplateRow {
  readonly number: number;
  readonly template: JobTemplate;
  /** What the chain says of its prevhash. */
  readonly onChain: BlockAnswer;
}

export function rowOfTemplate({ number, template }: TemplateRow): Evidence {
  return {
    template: String(number),
    prevHash: toDisplayHex(template.prevHash),
    templateRow: toHex(encodeJobTemplate(template).subarray(0, 45)),
  };
}

export function branchLength(row: TemplateRow): Finding {
  const { length } = row.template.branch;
  if (length <= MAX_BRANCH) return PASSED;
  return failed(`a branch of at most ${MAX_BRANCH} hashes`, `${length} hashes`, rowOfTemplate(row));
}

export function prevhashChain(row: TemplateRow): Finding {
  const answer = row.onChain;
  if (answer.kind === 'known') return PASSED;
  if (answer.kind === 'unknown') return unknown(answer.reason);
  return failed('a block of the best chain or one deep beside it', 'none', rowOfTemplate(row));
}

/** Asks of a block that check 20 has found. */
function onBlock({ onChain: answer }: TemplateRow, ask: (block: BlockFacts) => Finding): Finding {
  if (answer.kind === 'known') return ask(answer.block);
  return unknown(answer.kind === 'unknown' ? answer.reason : 'the prevhash is on no chain');
}

export function prevhashRound(row: TemplateRow, round: RoundUnderAudit): Finding {
  return onBlock(row, ({ time, nextTime }) => {
    const from = round.startTime - MARGIN_SECONDS;
    const to = round.endTime + MARGIN_SECONDS;
    const outside = () =>
      failed(
        `the tip at a time from ${from} to ${to}`,
        `the tip from ${time} to ${nextTime ?? 'now'}`,
        rowOfTemplate(row),
      );
    const began = within(time, Number.NEGATIVE_INFINITY, to, outside);
    if (began.kind === 'failed' || nextTime === null) return began;
    const ended = within(nextTime, from, Number.POSITIVE_INFINITY, outside);
    return ended.kind === 'passed' ? began : ended;
  });
}

export function nbits(row: TemplateRow, { retargeting }: Network): Finding {
  return onBlock(row, ({ nextBits }) => {
    const { bits } = row.template;
    const isChains = bits === nextBits || (retargeting === 'by-time' && bits === TESTNET_EASIEST_BITS);
    return isChains ? PASSED : failed(nextBits.toString(16), bits.toString(16), rowOfTemplate(row));
  });
}
