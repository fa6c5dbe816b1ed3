import { expect, it } from '@jest/globals';
import { BitcoindNode } from '../../../src/bitcoind/bitcoind-node.js';
import { LongPoll } from '../../../src/bitcoind/long-poll.js';
import { ManualClock } from '../../../src/lib/index.js';
import { RpcStub, result } from './rpc-stub.js';

const TIP = 'ab'.repeat(32);

async function waitFor(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 2_000) throw new Error('never');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

it('asks once its time has come, for the tip of the id and a mempool that there never was', async () => {
  const asked: string[] = [];
  const ids = [`${TIP}7`, 'of another software'];
  const stub = await RpcStub.start((call, response, socket) => {
    const [request] = call.params as [{ longpollid: string }];
    asked.push(request.longpollid);
    const longpollid = ids.shift();
    // The last is left waiting.
    if (longpollid !== undefined) result({ longpollid })(call, response, socket);
  });
  const clock = new ManualClock();
  const endpoint = { url: stub.url, auth: { user: 'u', password: 'p' }, zmqHashBlock: null };
  const node = new BitcoindNode(endpoint, 1_000, clock, null);
  const poll = new LongPoll(
    ...([node, `${TIP}12`, clock.nowMs() + 30_000, () => {}, () => {}, clock] as const),
  );
  try {
    clock.advance(29_999);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).toEqual([]);
    clock.advance(1);
    await waitFor(() => asked.length === 3);
    // What other software's ids mean we do not know.
    expect(asked).toEqual([`${TIP}4294967295`, `${TIP}4294967295`, 'of another software']);
  } finally {
    await poll.stop();
    node.close();
    await stub.stop();
  }
});
