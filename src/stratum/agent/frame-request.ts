/**
 * A frame of a farm agent as the call of Stratum V1 that says the same, so that nothing is decided twice: to register a
 * machine is to authorize `<address>.<worker>`, and a machine's share is a submit whose extranonce2 is the machine's number
 * in 4 bytes and then its own 4 (btcpool's StratumMinerBitcoin.cc, BTCAgent's StratumJobBTC.go).
 */
import type { Crew } from '../session/crew.js';
import type { Worker } from '../session/worker.js';
import { uint32Hex } from '../v1/notify.js';
import type { Request } from '../v1/request.js';
import type { FarmAgent } from './farm-agent.js';
import { parseFrame, type Submit } from './frame.js';

/** For its id: what asks for no answer. No JSON begins with it. */
const SILENT = '\x7f';

const NOT_IN_A_NAME = /[^A-Za-z0-9_.-]/g;
const LONGEST_NAME = 64;

/** `frame`: a whole one, of an agent that is logged in. Null where nothing is left to be done. */
export function frameRequest(agent: FarmAgent, crew: Crew, frame: string, nowMs: number): Request | null {
  const said = parseFrame(frame);
  if (said === null) return null;
  switch (said.kind) {
    case 'register': {
      if (crew.isTight) {
        agent.registerUnnamed(said.machine, nowMs);
        return {
          kind: 'request',
          id: SILENT,
          method: 'mining.authorize',
          params: [usernameOfFirst(crew), ''],
        };
      }
      const username = nameFor(crew, said.worker);
      agent.register(said.machine, username, nowMs);
      return { kind: 'request', id: SILENT, method: 'mining.authorize', params: [username, ''] };
    }
    case 'unregister':
      agent.unregister(said.machine);
      return null;
    case 'submit':
      return submitRequest(agent, crew, said, SILENT + agent.countShare());
  }
}

/** For a look ahead: the same, if it is a share, and nothing is counted. */
export function shareRequest(agent: FarmAgent, crew: Crew, frame: string): Request | null {
  const said = parseFrame(frame);
  return said?.kind === 'submit' ? submitRequest(agent, crew, said, SILENT) : null;
}

/** Which of the agent's shares an id stands for; null for no share. */
export function shareIndex(id: string): number | null {
  return id === SILENT ? null : Number(id.slice(1));
}

function submitRequest(agent: FarmAgent, crew: Crew, said: Submit, id: string): Request {
  const { machine, job, extranonce2, nonce, time, versionBits } = said;
  const given = agent.jobIds.find(job);
  const params = [
    usernameFor(agent, crew, machine),
    given?.id ?? '',
    uint32Hex(machine) + uint32Hex(extranonce2),
    uint32Hex(time ?? given?.time ?? 0),
    uint32Hex(nonce),
    versionBits === null ? '' : uint32Hex(versionBits),
  ];
  return { kind: 'request', id, method: 'mining.submit', params };
}

/** A machine whose login failed mines as the first worker does, as those beyond the limit of names do, or of memory. */
function usernameFor(agent: FarmAgent, crew: Crew, machine: number): string {
  if (agent.isUnnamed(machine)) return usernameOfFirst(crew);
  const username = agent.usernameOf(machine) ?? '';
  return username === '' || crew.workers.has(username) ? username : usernameOfFirst(crew);
}

function usernameOfFirst(crew: Crew): string {
  return crew.workers.keys().next().value ?? '';
}

/** Where no more names are told apart, none is kept either. */
function nameFor(crew: Crew, written: string): string {
  const { address } = (crew.owner as Worker).identity;
  const worker = written.slice(0, LONGEST_NAME).replace(NOT_IN_A_NAME, '_');
  // A machine without a worker name has the name of its account.
  const username = worker === '' || worker === address ? address : `${address}.${worker}`;
  return crew.workers.has(username) || crew.takesAnother() ? username : usernameOfFirst(crew);
}
