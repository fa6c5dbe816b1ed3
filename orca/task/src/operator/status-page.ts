/** `/status` for the operator's browser: what works, what does not and what to do, then the last rounds. No script. */
import { koiiText } from '../koii/koii-text.js';
import { readSubmission } from '../pool/read-submission.js';
import type { OperatorStatus } from './operator-status.js';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#222}' +
  'h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}.good{color:#0a6b2d}.bad{color:#a01818}' +
  'table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd;' +
  'vertical-align:top;overflow-wrap:anywhere}code{font-size:.85em}';

function escaped(text: unknown): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return String(text).replace(/[&<>"']/g, (character) => entities[character]!);
}

function row(...cells: readonly unknown[]): string {
  return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`;
}

/** What the container's components are, for who has not built it. */
const COMPONENTS: Readonly<Record<string, string>> = {
  miner: 'work for miners',
  metrics: 'figures',
  api: 'the interface for the task',
  share_collection: 'keeping shares',
  bitcoind: 'Bitcoin Core',
};

/** `text`: of this node, as it stands on chain; of `round` or none of this format. */
function submitted(text: string | undefined, round: number): string {
  if (text === undefined) return '-';
  const submission = readSubmission({ submission_value: text }, round);
  if (submission === null) return text;
  if (submission.kind === 'idle') return 'idle: no shares to claim';
  const { count, work, miners } = submission;
  const figures = [count, work, miners].map((figure) => figure.toLocaleString('en'));
  return `claim: ${figures[0]} shares, ${figures[1]} hashes, ${figures[2]} ${miners === 1 ? 'address' : 'addresses'}`;
}

function audited(verdicts: Readonly<Record<string, boolean>> | undefined): string {
  const all = Object.values(verdicts ?? {});
  if (all.length === 0) return '-';
  const valid = all.filter((isValid) => isValid).length;
  return `${valid} valid, ${all.length - valid} false`;
}

/** Of the whole round's list; null before there is one. */
function listed(roe: number | null): string {
  return roe === null ? '-' : koiiText(roe);
}

export function statusPage(status: OperatorStatus): string {
  const { attention, components, miners, round, rounds, problems } = status;
  const works = Object.entries(components ?? {}).map(([name, ok]) =>
    row(COMPONENTS[name] ?? name, ok ? 'works' : 'does not work, see above'),
  );
  const lacks = attention.map(
    ({ what, whatToDo }) => `<li><strong class="bad">${escaped(what)}</strong><br>${escaped(whatToDo)}</li>`,
  );
  const told = Object.entries(rounds)
    .sort(([one], [other]) => Number(other) - Number(one))
    .map(([number, { submission, verdicts, list }]) =>
      row(
        number,
        submitted(submission, Number(number)),
        audited(verdicts),
        listed(list === undefined ? null : (list[status.node] ?? 0)),
      ),
    );
  const mining =
    miners === null
      ? '<p>Nobody can connect: POOL_STRATUM_PORT is none, or see above.</p>'
      : `<p>Pool for miners in your network: <code>stratum+tcp://&lt;address of this machine&gt;:${escaped(miners.port)}</code>; ` +
        `user: a Bitcoin address, password: anything. Connected: ${escaped(miners.connected)}. ` +
        'The firewall of this machine has to let that port through.</p>';
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Bitcoin pool on Koii</title><style>${STYLE}</style>
<h1>Bitcoin pool on Koii</h1>
<p>${escaped(status.summary)}</p>
<h2>What to do</h2>
${lacks.length === 0 ? '<p class="good">Nothing: all is well.</p>' : `<ul>${lacks.join('')}</ul>`}
<h2>Miners</h2>${mining}
<h2>What works</h2>
${works.length === 0 ? '<p>The container has not answered yet.</p>' : `<table>${works.join('')}</table>`}
<h2>Rounds</h2><p>In round ${escaped(round ?? '-')}. This node submits for a round when it is over, audits then what
others submitted for it, and has its part of the round's list a round later.</p>
<table><tr><th>round</th><th>submitted</th><th>others' claims</th><th>this node gets</th></tr>${told.join('')}</table>
<h2>The last problems</h2>
<table>${problems.map(({ at, what }) => row(at, what)).join('') || row('none')}</table>
<p>As JSON: <code>/status.json</code></p></html>
`;
}
