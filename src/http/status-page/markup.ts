/** The page before any figure is known: every value stands as a dash until the node has told it. */

function fact(id: string, label: string): string {
  return `<div class="fact"><dt>${label}</dt><dd id="${id}">–</dd></div>`;
}

export const MARKUP = `<body>
<header>
  <h1>Orcapool</h1>
  <span id="network" class="tag">–</span>
  <span id="mode" class="tag">–</span>
  <span id="link" class="tag" role="status">connecting</span>
</header>
<main>
  <section id="health" class="card" data-state="unknown" aria-live="polite">
    <h2 id="health-line">Asking the node how it is</h2>
    <ul id="reasons"></ul>
  </section>
  <section class="card wide">
    <div class="lead">
      <div><span class="figure" id="hashrate">–</span><span class="caption">hashrate, 5 minutes</span><span class="caption" id="hashrate-band"></span></div>
      <div><span class="figure" id="miners">–</span><span class="caption">miners</span></div>
      <div><span class="figure" id="blocks-found">–</span><span class="caption">blocks found</span></div>
    </div>
    <div id="ticks" role="img" aria-label="The newest shares, each as high as its hash went past what was asked"></div>
    <p class="caption" id="ticks-caption">Shares appear here as they are accepted.</p>
  </section>
  <section class="card">
    <h2>Shares</h2>
    <dl>${fact('accepted', 'Accepted')}${fact('rejected', 'Rejected')}${fact('uncredited', 'Uncredited')}${fact('not-stored', 'Not stored')}${fact('best', 'Best difficulty')}${fact('round', 'Round')}</dl>
  </section>
  <section class="card">
    <h2>Work</h2>
    <dl>${fact('height', 'Block height')}${fact('difficulty', 'Network difficulty')}${fact('transactions', 'Transactions')}${fact('age', 'Template age')}</dl>
  </section>
  <section class="card">
    <h2>Hashrate</h2>
    <dl>${fact('rate-1m', '1 minute')}${fact('rate-15m', '15 minutes')}${fact('rate-1h', '1 hour')}${fact('rate-6h', '6 hours')}${fact('rate-1d', '1 day')}${fact('rate-7d', '7 days')}</dl>
  </section>
  <section class="card">
    <h2>Connect a miner</h2>
    <div id="doors"><p class="caption">–</p></div>
  </section>
  <section class="card wide">
    <h2>Blocks</h2>
    <ol id="blocks" class="rows"><li class="caption">–</li></ol>
  </section>
  <section class="card wide">
    <h2>Live</h2>
    <ol id="feed" class="rows"><li class="caption">Waiting for the first event.</li></ol>
  </section>
</main>
<footer>Every figure is measured by this node; a dash means it is not known. The same facts as data:
<a href="/api/v1/pool">pool</a>, <a href="/audit">audit</a>, <a href="/healthz">health</a>, <a href="/metrics">metrics</a>.</footer>
</body>`;
