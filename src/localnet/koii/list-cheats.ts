/**
 * What a node that cheats makes of the distribution list that its honest task gave it, on its way to the chain. Only
 * emulated nodes know of these. Each keeps the list within the bounty, so that nothing but a comparison finds it.
 */

/** Roe by key; `own`: the cheat's key. */
export type ListCheat = (list: Readonly<Record<string, number>>, own: string) => Record<string, number>;

/** All that others were to get. */
const takeAll: ListCheat = (list, own) => {
  const sum = Object.values(list).reduce((total, roe) => total + Math.max(0, roe), 0);
  const others = Object.entries(list).map(([key, roe]) => [key, Math.min(0, roe)]);
  return { ...Object.fromEntries(others), [own]: sum };
};

/** Half a roe of whoever gets most of the others, for itself. */
const halfRoe: ListCheat = (list, own) => {
  const other = richest(list, own);
  return { ...list, [other]: list[other]! - 0.5, [own]: (list[own] ?? 0) + 0.5 };
};

/** Whoever gets most of the others is not in it. */
const leaveOut: ListCheat = (list, own) => {
  const { [richest(list, own)]: _gone, ...left } = list;
  return left;
};

function richest(list: Readonly<Record<string, number>>, own: string): string {
  const others = Object.entries(list).filter(([key]) => key !== own);
  return others.sort(([, a], [, b]) => b - a)[0]![0];
}

export const LIST_CHEATS = { takeAll, halfRoe, leaveOut } as const satisfies Record<string, ListCheat>;
