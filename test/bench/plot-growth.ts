/** The rows of the growth bench as a picture (SVG): two panels over one logarithmic axis of connections. */
import type { Measurement } from './measurement.js';

const WIDTH = 640;
const PANEL_HEIGHT = 190;
const LEFT = 70;
const RIGHT = 20;
const TOP = 34;
const GAP = 46;
const BOTTOM = 46;

interface Point {
  readonly connections: number;
  readonly value: number;
}

interface Panel {
  readonly title: string;
  readonly points: readonly Point[];
  readonly text: (value: number) => string;
}

function x(connections: number, all: readonly number[]): number {
  const [low, high] = [Math.log10(Math.min(...all)), Math.log10(Math.max(...all))];
  const part = high === low ? 0.5 : (Math.log10(connections) - low) / (high - low);
  return LEFT + 24 + part * (WIDTH - LEFT - RIGHT - 48);
}

function panel({ title, points, text }: Panel, top: number, all: readonly number[]): string {
  const most = 1.15 * Math.max(...points.map(({ value }) => value));
  const y = (value: number): number => top + PANEL_HEIGHT - (value / most) * PANEL_HEIGHT;
  const at = points.map(
    ({ connections, value }) => `${x(connections, all).toFixed(1)},${y(value).toFixed(1)}`,
  );
  const dots = points.map(({ connections, value }) => {
    const [cx, cy] = [x(connections, all), y(value)];
    return (
      `<circle cx="${cx.toFixed(1)}" cy="${cy.toFixed(1)}" r="4" fill="#1f6feb"/>` +
      `<text x="${cx.toFixed(1)}" y="${(cy - 9).toFixed(1)}" text-anchor="middle">${text(value)}</text>`
    );
  });
  return [
    `<text x="${LEFT}" y="${top - 12}" font-weight="bold">${title}</text>`,
    `<path d="M${LEFT} ${top}V${top + PANEL_HEIGHT}H${WIDTH - RIGHT}" fill="none" stroke="#8b949e"/>`,
    `<text x="${LEFT - 8}" y="${top + PANEL_HEIGHT}" text-anchor="end">0</text>`,
    `<polyline points="${at.join(' ')}" fill="none" stroke="#1f6feb" stroke-width="2"/>`,
    ...dots,
  ].join('\n');
}

/** Null when there are no growth rows among them. */
export function plotGrowth(measurements: readonly Measurement[]): string | null {
  const rows = measurements.filter(
    ({ bench, connections }) => bench === 'growth' && connections !== undefined,
  );
  if (rows.length === 0) return null;
  const all = rows.map(({ connections }) => connections!);
  const rates = rows.map(({ connections, rate }) => ({ connections: connections!, value: rate ?? 0 }));
  const memory = rows.map(({ connections, rssBytes }) => ({
    connections: connections!,
    value: (rssBytes ?? 0) / 2 ** 20,
  }));
  const second = TOP + PANEL_HEIGHT + GAP;
  const end = second + PANEL_HEIGHT;
  const ticks = all.map(
    (connections) =>
      `<text x="${x(connections, all).toFixed(1)}" y="${end + 18}" text-anchor="middle">${connections.toLocaleString('en-US')}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${end + BOTTOM}" font-family="sans-serif" font-size="12">
<title>Shares a second and memory against connections</title>
<rect width="100%" height="100%" fill="#fff"/>
${panel({ title: 'shares a second, saturated', points: rates, text: (value) => Math.round(value).toLocaleString('en-US') }, TOP, all)}
${panel({ title: 'resident memory of the whole pool, idle, MiB', points: memory, text: (value) => value.toFixed(0) }, second, all)}
${ticks.join('\n')}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${end + 36}" text-anchor="middle">connections</text>
</svg>
`;
}
