import { type Html, html } from '../../backtest/report/html.ts';

/** Streams on one time axis, before any is chosen. */
export const TOGETHER: Html = html`<section class="card together" aria-labelledby="together-title" tabindex="-1" hidden>
<div class="head"><h2 id="together-title">Looking back</h2><span class="choices">
<span class="group ranges" role="group" aria-label="Time shown"><button type="button" data-span="3600000">1 hour</button><button type="button" data-span="86400000">1 day</button><button type="button" data-span="604800000">1 week</button><button type="button" data-span="">All kept</button></span>
<span class="group" role="group" aria-label="Move these charts"><button type="button" class="back" aria-label="Earlier">←</button><button type="button" class="forth" aria-label="Later">→</button><button type="button" class="in" aria-label="Zoom in">+</button><button type="button" class="out" aria-label="Zoom out">−</button></span>
<button type="button" class="close">Close</button>
</span></div>
<p class="caption detail" role="status"></p>
<div class="charts"></div>
</section>`;
