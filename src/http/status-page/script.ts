/**
 * The page's life: figures by polling, shares and blocks by the event stream. Texts from miners go into the page as
 * text nodes only. When the node does not answer, figures go back to dashes: an old number looks like a true one.
 */
export const SCRIPT = `
'use strict';
const POLL_MS = 5000, TICKS = 60, FEED = 14, DASH = '\\u2013';
const $ = (id) => document.getElementById(id);
const known = (value) => value !== null && value !== undefined;
const say = (id, text) => { const e = $(id); if (e.textContent !== text) e.textContent = text; };
const count = (value) => known(value) ? value.toLocaleString('en') : DASH;

function scaled(value, units) {
  if (!known(value)) return DASH;
  let step = 0;
  while (value >= 999.5 && step < units.length - 1) { value /= 1000; step++; }
  const digits = value >= 100 || value === 0 || (step === 0 && Number.isInteger(value)) ? 0 : value >= 1 ? 2 : 4;
  return (value > 0 && value < 0.0001 ? value.toExponential(2) : value.toFixed(digits)) + units[step];
}
const hashrate = (value) => scaled(value, [' H/s', ' kH/s', ' MH/s', ' GH/s', ' TH/s', ' PH/s', ' EH/s', ' ZH/s']);
const band = (rate, edges) => {
  if (!known(rate) || !edges || rate === 0) return hashrate(rate);
  const low = Math.round(100 - 100 * edges.low / rate), high = Math.round(100 * edges.high / rate - 100);
  return hashrate(rate) + ' \u2212' + low + ' +' + high + ' %';
};
const difficulty = (value) => scaled(value, ['', ' k', ' M', ' G', ' T', ' P', ' E']);
function duration(seconds) {
  if (!known(seconds)) return DASH;
  if (seconds < 60) return Math.round(seconds) + ' s';
  if (seconds < 3600) return Math.floor(seconds / 60) + ' min';
  return seconds < 86400 ? Math.floor(seconds / 3600) + ' h' : Math.floor(seconds / 86400) + ' d';
}
function clock(iso) {
  const time = new Date(iso), day = time.toDateString() === new Date().toDateString() ? '' : time.toLocaleDateString() + ' ';
  return day + time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}
const short = (text) => text.length > 26 ? text.slice(0, 12) + '\\u2026' + text.slice(-8) : text;
const miner = (data) => short(data.user) + (data.worker ? '.' + data.worker : '');

function element(name, text, className) {
  const made = document.createElement(name);
  if (known(text)) made.textContent = text;
  if (className) made.className = className;
  return made;
}
function row(time, text, className) {
  const li = element('li');
  li.append(element('time', clock(time)), element('span', text, className));
  return li;
}

function showPool(pool) {
  const p = pool || {}, rates = p.hashrate || {}, shares = p.shares || {}, work = p.work || {};
  say('network', p.network || DASH);
  say('mode', p.mode ? p.mode + ' mode' : DASH);
  const bands = p.hashrate_band || {}, edges = bands['5m'];
  say('hashrate', hashrate(rates['5m']));
  say('hashrate-band', edges && rates['5m'] ? '95 %: ' + hashrate(edges.low) + ' to ' + hashrate(edges.high) : '');
  for (const window of ['1m', '15m', '1h', '6h', '1d', '7d']) say('rate-' + window, band(rates[window], bands[window]));
  say('miners', count(p.miners));
  say('blocks-found', count(p.blocks_found));
  say('accepted', count(shares.accepted));
  say('rejected', count(shares.rejected));
  say('uncredited', count(shares.uncredited));
  say('not-stored', count(shares.not_stored));
  say('best', difficulty(p.best_difficulty));
  say('round', known(p.round_number) ? String(p.round_number) : DASH);
  say('height', count(work.block_height));
  say('difficulty', difficulty(work.network_difficulty));
  say('transactions', count(work.transactions));
  say('age', duration(work.template_age_seconds));
  showBlocks(p.blocks);
  showDoors(p.connect);
}
function showBlocks(blocks) {
  const rows = (blocks || []).map((block) => {
    const li = row(block.time, 'height ' + block.height + ', ' + block.state, block.state === 'orphaned' ? 'bad' : 'block');
    li.append(element('span', short(block.worker_id)), element('code', block.hash));
    return li;
  });
  if (rows.length === 0) rows.push(element('li', blocks ? 'None yet.' : DASH, 'caption'));
  $('blocks').replaceChildren(...rows);
}
let doorsShown = null;
function showDoors(doors) {
  const now = JSON.stringify(doors || null);
  if (now === doorsShown) return;
  doorsShown = now;
  const parts = (doors || []).map((door) => {
    const list = element('dl');
    for (const [label, text] of [['URL', door.url], ['User', door.username], ['Password', door.password]]) {
      const fact = element('div', null, 'fact'), value = element('dd');
      value.append(element('code', text));
      fact.append(element('dt', label), value);
      list.append(fact);
    }
    return list;
  });
  if (parts.length === 0) parts.push(element('p', DASH, 'caption'));
  $('doors').replaceChildren(...parts);
}

const STATES = {
  healthy: 'Working',
  degraded: 'Working, with something to look at',
  unhealthy: 'No work can be accepted',
  lost: 'The node does not answer',
};
function showHealth(health) {
  const state = health ? health.status : 'lost';
  $('health').dataset.state = state;
  say('health-line', STATES[state] + (health ? ', up ' + duration(health.uptime) : ''));
  $('reasons').replaceChildren(...(health ? health.reasons : []).map((reason) => {
    const li = element('li', reason.component + ': ' + reason.message);
    if (reason.hint) li.append(element('small', reason.hint));
    return li;
  }));
}

async function ask(path, isAnswer) {
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(POLL_MS) });
    return isAnswer(response.status) ? await response.json() : null;
  } catch (error) {
    console.warn(path, error);
    return null;
  }
}
async function poll() {
  const [pool, health] = await Promise.all([
    ask('/api/v1/pool', (status) => status === 200),
    ask('/healthz', (status) => status === 200 || status === 503),
  ]);
  showPool(pool);
  showHealth(health);
}
let timer = 0;
async function keepPolling() {
  clearTimeout(timer);
  await poll();
  clearTimeout(timer);
  timer = setTimeout(keepPolling, POLL_MS);
}

function tick(data) {
  const bar = element('i');
  const past = Math.log2(Math.max(1, data.sdiff / data.diff));
  bar.style.height = Math.min(100, 8 + past * 9) + '%';
  bar.dataset.accepted = data.accepted ? 'yes' : 'no';
  bar.title = miner(data) + ': ' + difficulty(data.sdiff) + (data.accepted ? '' : ', ' + data.reject_reason);
  const ticks = $('ticks');
  ticks.append(bar);
  while (ticks.children.length > TICKS) ticks.firstChild.remove();
  say('ticks-caption', 'Newest share: difficulty ' + difficulty(data.sdiff) + ' where ' + difficulty(data.diff) +
    ' was asked, by ' + miner(data) + (data.accepted ? '.' : ' (' + data.reject_reason + ').'));
}
let feedStarted = false;
function feed(time, text, className) {
  const list = $('feed');
  if (!feedStarted) list.replaceChildren();
  feedStarted = true;
  list.prepend(row(time, text, className));
  while (list.children.length > FEED) list.lastChild.remove();
}
const tell = {
  share_submitted: (e) => {
    tick(e.data);
    if (!e.data.accepted) feed(e.ts, miner(e.data) + ': share refused, ' + e.data.reject_reason, 'bad');
  },
  block_found: (e) => { feed(e.ts, 'Block ' + e.data.height + ' found by ' + miner(e.data), 'block'); keepPolling(); },
  new_block_network: (e) => feed(e.ts, 'New block on the network: ' + e.data.height),
  share_best_diff: (e) => feed(e.ts, miner(e.data) + ': best difficulty ' + difficulty(e.data.new_best) + ' (' + e.data.timeframe + ')'),
  miner_connected: (e) => feed(e.ts, miner(e.data) + ' connected' + (e.data.useragent ? ', ' + short(e.data.useragent) : '')),
  miner_disconnected: (e) => feed(e.ts, miner(e.data) + ' left after ' + duration(e.data.session_duration)),
};
function link(state, text) { $('link').dataset.state = state; say('link', text); }
function listen() {
  const stream = new EventSource('/api/v1/events?events=' + Object.keys(tell).join(','));
  for (const name of Object.keys(tell)) stream.addEventListener(name, (m) => tell[name](JSON.parse(m.data)));
  stream.onopen = () => link('live', 'live');
  stream.onerror = () => {
    link('lost', 'reconnecting');
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, POLL_MS);
  };
}
keepPolling();
listen();
`;
