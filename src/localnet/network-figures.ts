/** The line of figures of several pool nodes, as each tells them over HTTP; and what their work and blocks come to. */
import type { KoiiNetwork, NetworkNode } from './koii/index.js';

interface PoolBlock {
  readonly height: number;
  readonly hash: string;
  /** When it was found. */
  readonly time: string;
  readonly state: string;
}

interface PoolFigures {
  readonly miners: number;
  readonly hashrate: { readonly '1m': number | null } | null;
  readonly shares: { readonly accepted: number; readonly rejected: number } | null;
  readonly blocks: readonly PoolBlock[] | null;
  readonly work: { readonly block_height: number } | null;
}

/** How a block ends, for now. */
const TOLD_STATES: ReadonlySet<string> = new Set(['in-chain', 'orphaned', 'rejected']);

interface RecentShare {
  readonly hash: string;
  readonly time: string;
}

export class NetworkFigures {
  private readonly inChain = new Set<string>();
  private readonly toldBlocks = new Map<string, string>();
  /** By name: whether it had work, and from then on whether it has. */
  private readonly hasWork = new Map<string, boolean>();
  /** By name: the shares in its log when it was first asked, from earlier runs. */
  private readonly before = new Map<string, { readonly accepted: number; readonly rejected: number }>();

  constructor(
    private readonly network: KoiiNetwork,
    private readonly say: (line: string) => void,
    private readonly startedMs: number,
    /** Names of nodes that have a log of earlier runs. */
    private readonly kept: ReadonlySet<string>,
  ) {}

  async line(): Promise<string> {
    const { nodes, account } = this.network;
    const all = (await Promise.all(nodes.map((node) => figuresOf(node)))).map((figures, i) =>
      this.ofThisRun(nodes[i]!.name, figures),
    );
    for (const [i, { name }] of nodes.entries()) this.news(name, all[i] ?? null);
    const known = all.filter((figures) => figures !== null);
    const sum = (of: (figures: PoolFigures) => number): number =>
      known.reduce((total, figures) => total + of(figures), 0);
    const each = nodes.map(({ name }, i) => `${name} ${all[i]?.shares?.accepted ?? '–'}`).join(', ');
    const height = known.find(({ work }) => work !== null)?.work?.block_height ?? '–';
    const rate = sum(({ hashrate }) => hashrate?.['1m'] ?? 0);
    return (
      `shares ${sum(({ shares }) => shares?.accepted ?? 0)} accepted (${each}), ` +
      `${sum(({ shares }) => shares?.rejected ?? 0)} rejected · ` +
      `blocks ${this.inChain.size} in the chain · working on ${height} · ` +
      `${rate === 0 ? '–' : (rate / 1000).toFixed(0)} kH/s · miners ${sum(({ miners }) => miners)} · ` +
      `round ${account.round}`
    );
  }

  private ofThisRun(name: string, figures: PoolFigures | null): PoolFigures | null {
    if (figures === null || figures.shares === null || !this.kept.has(name)) return figures;
    const { accepted, rejected } = figures.shares;
    const before = this.before.get(name) ?? { accepted, rejected };
    this.before.set(name, before);
    return {
      ...figures,
      shares: { accepted: accepted - before.accepted, rejected: rejected - before.rejected },
    };
  }

  /** Of the first node that has one of this run. */
  async newestShare(): Promise<{ readonly hash: string; readonly datadir: string } | null> {
    for (const { pod } of this.network.nodes) {
      const answer = await pod.get('/audit');
      const { recent_shares } = (answer?.body ?? {}) as { recent_shares?: readonly RecentShare[] };
      const newest = recent_shares?.[0];
      if (newest === undefined || Date.parse(newest.time) < this.startedMs || pod.datadir === null) continue;
      return { hash: newest.hash, datadir: pod.datadir };
    }
    return null;
  }

  private news(name: string, figures: PoolFigures | null): void {
    if (figures === null) return;
    for (const { height, hash, time, state } of figures.blocks ?? []) {
      // A node tells its last ones only, of whatever run.
      const isOfRun = Date.parse(time) >= this.startedMs;
      if (isOfRun && (state === 'in-chain' || state === 'confirmed')) this.inChain.add(hash);
      if (!TOLD_STATES.has(state) || this.toldBlocks.get(hash) === state) continue;
      this.toldBlocks.set(hash, state);
      if (isOfRun) this.say(`node ${name}: block ${height} ${hash}: ${state}`);
    }
    const works = figures.work !== null;
    const worked = this.hasWork.get(name);
    // Before the first work nothing has stopped.
    if (works || worked !== undefined) this.hasWork.set(name, works);
    if (worked === true && !works) this.say(`node ${name}: work has stopped; it resumes by itself`);
    if (worked === false && works) this.say(`node ${name}: work has resumed`);
  }
}

/** Null for one that does not answer. */
async function figuresOf({ pod }: NetworkNode): Promise<PoolFigures | null> {
  const answer = await pod.get('/api/v1/pool');
  return answer?.status === 200 ? (answer.body as PoolFigures) : null;
}
