import { afterEach, describe, expect, it } from '@jest/globals';
import { counted } from './fixture-readers.js';
import { closeAll, failure, serve } from './serve.js';

afterEach(closeAll);

const HASH = '00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048';

describe('GET /task/:round', () => {
  it('gives the mining parameters of a round under the documented names', async () => {
    const { fixture, json } = await serve();
    fixture.rounds.set(7n, {
      targetDifficulty: 0.001,
      hashRate: 1000.5,
      hashRateBand: { low: 900, high: 1100 },
      validShares: 10,
      invalidShares: 1,
      blockHeight: 102,
      previousBlockHash: HASH,
      current: true,
      leftOut: null,
      stratumUrl: 'stratum+tcp://127.0.0.1:34255',
    });
    expect(await json('/task/7')).toEqual({
      status: 200,
      body: {
        round_number: 7,
        target_difficulty: 0.001,
        hash_rate: 1000.5,
        hash_rate_band: { low: 900, high: 1100 },
        valid_shares: 10,
        invalid_shares: 1,
        block_height: 102,
        previous_block_hash: HASH,
        current: true,
        left_out: null,
        stratum_url: 'stratum+tcp://127.0.0.1:34255',
      },
    });
  });

  it('is 404 for a round it knows nothing of', async () => {
    const { json } = await serve();
    expect(await json('/task/8')).toEqual({ status: 404, body: failure('ROUND_UNKNOWN') });
  });

  // 9007199254740992 is 2^53, the first integer JSON numbers do not tell from its neighbour
  it.each(['x', '-1', '1.5', '01', '1e3', '0x1', '9007199254740992', '99999999999999999999', '%20', '１'])(
    'is 400 for %s, which is no round number',
    async (round) => {
      const { json } = await serve();
      expect(await json(`/task/${round}`)).toEqual({ status: 400, body: failure('ROUND_MALFORMED') });
    },
  );
});

describe('GET /audit', () => {
  it('has zeros, not nulls, before the first share', async () => {
    const { json } = await serve();
    expect(await json('/audit')).toEqual({
      status: 200,
      body: {
        statistics: {
          total_shares: 0,
          valid_shares: 0,
          invalid_shares: 0,
          unique_workers: 0,
          uncredited_shares: 0,
          not_stored_shares: 0,
          invalid_by_reason: { stale: 0, duplicate: 0, low_difficulty: 0, invalid: 0 },
        },
        recent_shares: [],
      },
    });
  });

  it('pages through the newest shares, each once', async () => {
    const { fixture, json } = await serve();
    const counts = counted({ accepted: 95, uncredited: 2, stale: 4, invalid: 1 });
    fixture.totals = { ...counts, uniqueWorkers: 10 };
    fixture.shares = Array.from({ length: 5 }, (_, i) => ({
      hash: HASH,
      difficulty: 8,
      blockHeight: 100 + i,
      worker: 'addr.rig1',
      round: 3n,
      timeMs: 1_700_000_000_000,
    }));
    const heights: number[] = [];
    for (let path: string | null = '/audit?limit=2'; path !== null; ) {
      const { body } = (await json(path)) as {
        body: { statistics: object; recent_shares: { block_height: number }[]; next?: string };
      };
      // 95 + 2 + 5
      expect(body.statistics).toMatchObject({ total_shares: 102, valid_shares: 95, invalid_shares: 5 });
      heights.push(...body.recent_shares.map((share) => share.block_height));
      path = body.next === undefined ? null : `/audit?limit=2&before=${body.next}`;
    }
    expect(heights).toEqual([100, 101, 102, 103, 104]);
    expect((await json('/audit?limit=1')).body).toMatchObject({
      recent_shares: [
        {
          hash: HASH,
          difficulty: 8,
          block_height: 100,
          worker_id: 'addr.rig1',
          round_number: 3,
          time: '2023-11-14T22:13:20.000Z',
        },
      ],
    });
  });

  it.each(['limit=0', 'limit=501', 'limit=ten', 'limit=1&limit=2', 'before=', "before=';--", 'offset=3'])(
    'is 400 for ?%s',
    async (query) => {
      const { json } = await serve();
      expect(await json(`/audit?${query}`)).toEqual({ status: 400, body: failure('QUERY_INVALID') });
    },
  );
});
