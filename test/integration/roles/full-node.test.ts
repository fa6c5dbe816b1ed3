import { connect } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { ShareStream } from '../../bench/share-stream.js';
import { ADDRESS } from '../stratum/pool-under-test.js';
import { FleetUnderTest, NODE_GUARD } from './fleet-under-test.js';

const PLACES = 40;
/** 60 % of them. */
const FARM = 24;
/** Of 430 hashes each, a miner's work for 171 ms (`places.test.ts`): these are for 68 s. */
const SHARES = 400;
const NEWCOMERS = 1_000;
const AT_A_TIME = 100;
const LOGIN =
  '{"id":1,"method":"mining.subscribe","params":["new/1"]}\n' +
  `{"id":2,"method":"mining.authorize","params":["${ADDRESS}.new","x"]}\n`;
const miners: ShareStream[] = [];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(async () => {
  for (const miner of miners.splice(0)) miner.close();
  await FleetUnderTest.closeAll();
});

/** Resolves when it is let in, which the last are where a listener has heard of a free place, and is at work. */
async function atWork(port: number, from: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      const miner = await ShareStream.open(port, `${ADDRESS}.rig`, from);
      miners.push(miner);
      miner.prepare(SHARES + 1);
      await answered(miner, SHARES);
      return;
    } catch (error) {
      if (tries === 200) throw error;
      await pause(100);
    }
  }
}

/** Fails where one is refused or the miner is dropped. */
async function answered(miner: ShareStream, shares: number): Promise<void> {
  miner.send(shares);
  while (miner.outstanding > 0) {
    await pause(5);
    miner.check();
  }
}

/** Whether it has work; false where it was refused or hung up on. */
async function hasWork(port: number, from: string): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => {});
  socket.write(LOGIN);
  let heard = '';
  const has = await new Promise<boolean>((resolve) => {
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      if (heard.includes('mining.notify","params')) resolve(true);
    });
    socket.on('close', () => resolve(false));
  });
  socket.destroy();
  return has;
}

it('a full node with 60 % of its places behind one address refuses 1,000 newcomers from as many, and ends nobody who works', async () => {
  const guard = { ...NODE_GUARD, nodeConnections: PLACES };
  const fleet = await FleetUnderTest.open({ listeners: 2, maxConnections: PLACES, guard });
  const { port } = fleet;
  for (let i = 0; i < PLACES; i++) await atWork(port, i < FARM ? '127.0.0.1' : `127.0.2.${i}`);
  // There and back: two exchanges of 250 ms.
  await pause(700);
  let next = 0;
  let letIn = 0;
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      for (let i = next++; i < NEWCOMERS; i = next++) {
        if (await hasWork(port, `127.3.${Math.floor(i / 250)}.${1 + (i % 250)}`)) letIn++;
      }
    }),
  );
  expect(letIn).toBe(0);
  for (const miner of miners) await answered(miner, 1);
  expect((await fleet.counted('orcapool_connection_errors_total')).get('yielded')).toBe(0);
}, 100_000);
