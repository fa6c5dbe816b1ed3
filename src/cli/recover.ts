/** `orcapool recover shard <damaged> <recovered>`: what stands of a damaged shard, in a new one. */
import { network } from '../bitcoin/index.js';
import { recoverShard } from '../shares/index.js';
import type { CliCommand } from './command.js';
import { paint } from './terminal.js';
import type { FindLog } from './verify.js';

const LOST_SHOWN = 50;

export function recoverCommands(findLog: FindLog): readonly CliCommand[] {
  return [
    {
      kind: 'command',
      words: 'recover shard <damaged> <recovered>',
      summary: 'make a new shard of what stands in a damaged one, recomputing every share',
      configured: true,
      async run({ config, operands, terminal }) {
        const [damaged, recovered] = operands as [string, string];
        const { shares, lost, mended, asItStood } = recoverShard(
          damaged,
          recovered,
          network(findLog(config).network),
        );
        for (const says of lost.slice(0, LOST_SHOWN))
          terminal.write(`${paint(terminal, 'red', 'lost')}  ${says}\n`);
        if (lost.length > LOST_SHOWN) terminal.write(`and ${lost.length - LOST_SHOWN} more\n`);
        for (const says of mended) terminal.write(`${paint(terminal, 'dim', 'set right')}  ${says}\n`);
        for (const says of asItStood)
          terminal.write(`${paint(terminal, 'dim', 'taken as it stood')}  ${says}\n`);
        terminal.write(`${shares} shares stand and are in ${recovered}\n`);
        return 0;
      },
    },
  ];
}
