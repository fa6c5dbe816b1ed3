/**
 * A crowd in a process of its own, until the one that started it lets go: `<port> <clients>` are hostile clients, and
 * `<port> <clients> <address>` those who have proved work and say their names (`name-sayers.ts`). It says when they are there.
 */
import { HostileCrowd } from '../hostile-crowd.js';
import { NameSayers } from './name-sayers.js';

/** For the crowd to be all there. */
const GATHERING_MS = 1_500;

const [port, clients] = process.argv.slice(2).map(Number);
const address = process.argv[4];
if (address === undefined) {
  const crowd = new HostileCrowd(port!, clients!);
  crowd.start();
  process.on('disconnect', () => crowd.stop());
  setTimeout(() => process.send!({ gathered: true }), GATHERING_MS);
} else {
  const sayers = await NameSayers.open(port!, address, clients!);
  process.on('disconnect', () => sayers.stop());
  process.on('message', () => process.send!({ loggedIn: sayers.loggedIn }));
  process.send!({ gathered: true });
  await sayers.say();
}
