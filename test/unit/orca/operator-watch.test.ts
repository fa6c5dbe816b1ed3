import { describe, expect, it } from '@jest/globals';
import { type Attention, WITHOUT_CHAIN } from '../../../orca/task/src/operator/operator-variables.js';
import { OperatorWatch } from '../../../orca/task/src/operator/operator-watch.js';
import { ManualClock } from '../../../src/lib/index.js';

const MINUTE_MS = 60_000;

function unwell(component: string, message: string, hint: string | null = null): object {
  return { status: 'unhealthy', components: { [component]: false }, reasons: [{ component, message, hint }] };
}

const WELL = { status: 'healthy', components: { bitcoind: true, miner: true }, reasons: [] };
const IN_DOWNLOAD = unwell('bitcoind', 'is in initial block download', 'wait');

class Scene {
  readonly timers = new ManualClock(1_000_000);
  readonly told: string[] = [];
  health: object | Error = WELL;
  standing: Attention[] = [];
  readonly watch: OperatorWatch;

  constructor(chosen: Attention | null = null) {
    this.watch = new OperatorWatch({
      node: {
        notify: async (level, what, whatToDo) => {
          this.told.push(`${level} | ${what} | ${whatToDo}`);
        },
      },
      container: {
        health: async () => {
          if (this.health instanceof Error) throw this.health;
          return this.health;
        },
      },
      timers: this.timers,
      standing: () => this.standing,
      chosen,
    });
  }

  async start(): Promise<void> {
    this.watch.start();
    await this.settle();
  }

  async minutes(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      this.timers.advance(MINUTE_MS);
      await this.settle();
    }
  }

  private async settle(): Promise<void> {
    await this.watch.look();
  }
}

describe('what the operator is told', () => {
  it('is that bitcoind still loads the chain, once, and that all is well when it has', async () => {
    const scene = new Scene();
    scene.health = IN_DOWNLOAD;
    await scene.start();
    await scene.minutes(15);
    expect(scene.told).toEqual(['warn | Bitcoin pool: bitcoind: is in initial block download | wait']);
    expect(scene.watch.attention).toEqual([
      { what: 'bitcoind: is in initial block download', whatToDo: 'wait' },
    ]);
    scene.health = WELL;
    await scene.minutes(2);
    expect(scene.told.slice(1)).toEqual(['log | Bitcoin pool: all is well again | Nothing.']);
    expect(scene.watch.attention).toEqual([]);
  });

  it('is nothing that passes within a minute, and again what comes back', async () => {
    const scene = new Scene();
    scene.health = unwell('miner', '0 of 1 listeners serve work');
    await scene.start();
    await scene.watch.look();
    scene.health = WELL;
    await scene.minutes(1);
    expect(scene.told).toEqual([]);
    for (let n = 0; n < 2; n++) {
      scene.health = unwell('miner', '0 of 1 listeners serve work');
      await scene.minutes(3);
      scene.health = WELL;
      await scene.minutes(1);
    }
    expect(scene.told).toHaveLength(4);
  });

  it('is nothing of a pod that has only just come up and has not asked its bitcoind yet', async () => {
    const scene = new Scene();
    scene.health = unwell('bitcoind', 'no work: no answer yet');
    await scene.start();
    scene.timers.advance(3_000);
    await scene.watch.look();
    scene.health = WELL;
    await scene.minutes(2);
    expect(scene.told).toEqual([]);
  });

  it('leaves out what is unwell because bitcoind is', async () => {
    const scene = new Scene();
    const both = [unwell('bitcoind', 'away'), unwell('miner', 'none serve work')] as { reasons: object[] }[];
    scene.health = { ...both[0], reasons: both.flatMap(({ reasons }) => reasons) };
    await scene.start();
    await scene.minutes(3);
    expect(scene.told).toHaveLength(1);
  });

  it('is a container that does not come within ten minutes, or goes and stays away', async () => {
    const scene = new Scene();
    scene.health = new Error('no container runs');
    await scene.start();
    await scene.minutes(9);
    expect(scene.told).toEqual([]);
    expect(scene.watch.attention[0]!.what).toContain('still starting');
    await scene.minutes(3);
    expect(scene.told).toEqual([expect.stringContaining('no container runs')]);
    scene.health = WELL;
    await scene.minutes(1);
    scene.health = new Error('no container runs');
    await scene.minutes(3);
    expect(scene.told).toHaveLength(3);
  });

  it('is a mistake in the variables at once, and not what the operator chose, which stands on /status', async () => {
    const wrong = { what: 'POOL_STRATUM_PORT is no such number', whatToDo: 'write one' };
    const scene = new Scene(WITHOUT_CHAIN);
    scene.standing = [wrong];
    scene.health = unwell('bitcoind', 'bitcoin.rpcUrl is none');
    await scene.start();
    await scene.minutes(5);
    expect(scene.told).toEqual(['warn | Bitcoin pool: POOL_STRATUM_PORT is no such number | write one']);
    expect(scene.watch.attention).toEqual([WITHOUT_CHAIN, wrong]);
  });

  it('survives an answer that is none', async () => {
    const scene = new Scene();
    await scene.start();
    for (const odd of [[], { reasons: 'x' }, { reasons: [null] }, { components: 3 }]) {
      scene.health = odd;
      await scene.minutes(1);
    }
    expect(scene.watch.readiness).not.toBeNull();
  });
});
