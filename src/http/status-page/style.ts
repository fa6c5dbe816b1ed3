/** The page's look: one column on a phone, more where there is room, light or dark as the reader's system is. */
export const STYLE = `
:root {
  --ground: #f3f5f7; --card: #ffffff; --ink: #14202b; --soft: #5b6b7a; --line: #dde3e8;
  --sea: #0b6e8f; --good: #1a7f4b; --warn: #9a6200; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d141b; --card: #151f29; --ink: #e6edf3; --soft: #93a4b3; --line: #253340;
    --sea: #4cc2e6; --good: #4ccb86; --warn: #e0a83c; --bad: #ff8a80;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
header, main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; padding-top: 1.25rem; }
h1 { font-size: 1.35rem; margin: 0 .5rem 0 0; letter-spacing: -.01em; }
h2 { font-size: .95rem; margin: 0 0 .6rem; font-weight: 600; }
.tag { font-size: .8rem; color: var(--soft); border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .6rem; }
#link { margin-left: auto; }
#link[data-state=live] { color: var(--good); border-color: currentColor; }
#link[data-state=lost] { color: var(--bad); border-color: currentColor; }
main { display: grid; gap: 1rem; padding-top: 1rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 44rem) {
  main { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  #health, .wide { grid-column: 1 / -1; }
}
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.1rem; }
#health { border-left: .35rem solid var(--soft); }
#health h2 { margin: 0; }
#health[data-state=healthy] { border-left-color: var(--good); }
#health[data-state=degraded] { border-left-color: var(--warn); }
#health[data-state=unhealthy], #health[data-state=lost] { border-left-color: var(--bad); }
#reasons { margin: 0; padding-left: 1.1rem; }
#reasons:not(:empty) { margin-top: .5rem; }
#reasons small { display: block; color: var(--soft); }
.lead { display: grid; gap: .8rem clamp(1.2rem, 5vw, 3rem); grid-template-columns: repeat(3, max-content); }
.lead > div { display: flex; flex-direction: column; }
.figure { font-size: clamp(1.5rem, 6vw, 2.4rem); line-height: 1.15; font-weight: 650; letter-spacing: -.02em; white-space: nowrap; }
.figure, dd, time, .rows { font-variant-numeric: tabular-nums; }
.caption { color: var(--soft); font-size: .85rem; margin: 0; }
#ticks { display: flex; align-items: flex-end; gap: 2px; height: 3.5rem; margin: 1rem 0 .35rem; border-bottom: 1px solid var(--line); }
#ticks i { flex: 1; max-width: 14px; min-height: 3px; background: var(--sea); border-radius: 2px 2px 0 0; }
#ticks i[data-accepted=no] { background: var(--bad); }
dl { margin: 0; }
.fact { display: flex; justify-content: space-between; gap: 1rem; padding: .22rem 0; }
.fact + .fact { border-top: 1px solid var(--line); }
dt { color: var(--soft); }
dd { margin: 0; text-align: right; font-weight: 550; }
.rows { list-style: none; margin: 0; padding: 0; }
.rows li { display: flex; flex-wrap: wrap; gap: .1rem .8rem; padding: .3rem 0; overflow-wrap: anywhere; }
.rows li + li { border-top: 1px solid var(--line); }
.rows time { color: var(--soft); min-width: 5.2rem; }
.rows .block { color: var(--good); font-weight: 650; }
.rows .bad { color: var(--bad); }
code { font: .86rem/1.4 ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; user-select: all; }
a { color: var(--sea); }
footer { color: var(--soft); font-size: .85rem; padding-top: 1.25rem; padding-bottom: 2rem; }
`;
