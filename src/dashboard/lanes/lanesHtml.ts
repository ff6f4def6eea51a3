import { type Html, html } from '../../backtest/report/html.ts';

/** The swim lanes before any data. */
export const LANES: Html = html`<section class="card lanes" aria-labelledby="lanes-title" hidden>
<div class="head"><h2 id="lanes-title">All streams over time</h2><span class="choices">
<span class="group ranges" role="group" aria-label="Time shown"><button type="button" data-range="hour">1 hour</button><button type="button" data-range="day">1 day</button><button type="button" data-range="week">1 week</button><button type="button" data-range="all">All kept</button></span>
<label>Order <select class="order"><option value="worst">worst first</option><option value="began">first to begin</option><option value="name">by name</option></select></label>
<label><input type="checkbox" class="compact"> low rows</label>
</span></div>
<p class="caption where" role="status"></p>
<div class="field" tabindex="0" role="application" aria-label="Greatest score of each stream over time: arrows move the cell, Shift and left or right select a window, Enter opens the chart, Escape clears the window"><div class="space"><canvas></canvas></div></div>
<div class="key-of-lanes"><span class="scale" aria-hidden="true"></span><span class="muted">greatest score of a slice: 0, threshold, 1. Orange was flagged; in warm-up and where suppressed it is 0. Empty: no events.</span><span class="muted untimed"></span></div>
<div class="ranking" hidden>
<div class="toolbar"><span class="window" role="status"></span><button type="button" class="all">Show the first six together</button><button type="button" class="clear">Clear the window</button></div>
<div class="scroll"><table><thead><tr><th scope="col">Stream</th><th scope="col" class="number">Greatest score</th><th scope="col">Over the threshold from</th><th scope="col" class="number">Slices over it</th></tr></thead><tbody></tbody></table></div>
</div>
</section>`;
