import cluster from 'node:cluster';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from '@jest/globals';
import { ManualClock } from '../../../src/lib/index.js';
import { ListenerPost } from '../../../src/roles/listener-post.js';
import type { ListenerAssignment } from '../../../src/roles/process-messages.js';
import { KeptLog } from '../../surroundings.js';

let open: ListenerPost | null = null;

afterEach(async () => {
  await open?.stop();
});

it('waits twice as long each time its listener dies, from 0.5 s to 30 s, until one has run for 30 s', async () => {
  cluster.setupPrimary({
    exec: fileURLToPath(new URL('./ready-listener.js', import.meta.url)),
    args: [],
    serialization: 'advanced',
  });
  const clock = new ManualClock();
  const log = new KeptLog();
  const said = new EventEmitter();
  const post = new ListenerPost(
    { index: 0, shardPath: '/shard-0.sqlite' } as Partial<ListenerAssignment> as ListenerAssignment,
    {
      greeting: () => [],
      onMessage: (_life, { kind }) => said.emit(kind),
      onEnd: () => said.emit('end'),
    },
    log,
    clock,
  );
  open = post;
  /** Resolves with how long no other was started. */
  const dies = async (): Promise<number> => {
    const ended = once(said, 'end');
    expect(post.kill()).toBe(true);
    await ended;
    const diedMs = clock.nowMs();
    while (post.life === null) clock.advance(100);
    await once(said, 'ready');
    return clock.nowMs() - diedMs;
  };
  const reports = async (): Promise<void> => {
    const reported = once(said, 'report');
    post.send({ kind: 'read-back' });
    await reported;
  };

  await post.launch();
  const waits: number[] = [];
  for (let deaths = 0; deaths < 8; deaths++) waits.push(await dies());
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  clock.advance(29_900);
  await reports();
  expect(await dies()).toBe(30_000);
  clock.advance(30_000);
  await reports();
  expect(await dies()).toBe(500);
});
