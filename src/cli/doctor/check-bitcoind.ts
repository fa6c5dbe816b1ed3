/** The bitcoinds: that they answer, that they are on the right chain, and that they have caught up. */
import { type Finding, fail, ok, warn } from './finding.js';

export type NodeReport =
  | {
      readonly answers: true;
      /** Without credentials. */
      readonly url: string;
      /** `/Satoshi:29.0.0/`, say. */
      readonly version: string;
      /** As bitcoind calls it: main, testnet4, signet, regtest. */
      readonly chain: string;
      /** Why the chain guard refuses the node; null where it does not. */
      readonly refused: string | null;
      readonly height: number;
      /** Of the best header it knows. */
      readonly headers: number;
      readonly initialBlockDownload: boolean;
      readonly peers: number;
      /** The node's own clock, Unix milliseconds; null where it could not be read. */
      readonly timeMs: number | null;
    }
  | {
      readonly answers: false;
      readonly url: string;
      readonly problem: string;
      readonly todo: string;
    };

/** Asks every configured node; never rejects for a node that does not answer. */
export interface NodeProbe {
  probe(): Promise<readonly NodeReport[]>;
}

function checkOne(report: NodeReport): Finding {
  const { url } = report;
  if (!report.answers) {
    const { problem, todo } = report;
    return fail('bitcoind', problem.includes(url) ? problem : `${url} ${problem}`, todo);
  }
  const { chain, height, headers, peers, version, refused } = report;
  const told = `${url} ${version}, ${chain}, height ${height}, ${peers} peers`;
  if (refused !== null) {
    return fail('bitcoind', `${told}\nrefused: ${refused}`, 'use a bitcoind on the network set as `network`');
  }
  if (report.initialBlockDownload) {
    return fail(
      'bitcoind',
      `${told}\nstill downloading: ${height} of ${headers} blocks`,
      'wait until it has caught up',
    );
  }
  if (headers > height + 1)
    return warn('bitcoind', `${told}\n${headers - height} blocks behind`, 'wait a minute and ask again');
  if (peers === 0 && chain !== 'regtest') {
    return warn(
      'bitcoind',
      told,
      'it has no peers: a block you find would reach nobody; check its connection',
    );
  }
  return ok('bitcoind', told);
}

/** One line a node. While one node is well, another's failure is a warning: the pool works on. */
export function checkBitcoind(reports: readonly NodeReport[]): readonly Finding[] {
  const findings = reports.map(checkOne);
  if (!findings.some(({ state }) => state === 'ok')) return findings;
  return findings.map((finding) => (finding.state === 'fail' ? { ...finding, state: 'warn' } : finding));
}
