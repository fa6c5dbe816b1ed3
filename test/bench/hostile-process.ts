/** A crowd of hostile clients in a process of its own, until the one that started it lets go: `<port> <clients>`. */
import { HostileCrowd } from '../hostile-crowd.js';

const [port, clients] = process.argv.slice(2).map(Number);
const crowd = new HostileCrowd(port!, clients!);
crowd.start();
process.on('disconnect', () => crowd.stop());
