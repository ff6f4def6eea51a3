import { html } from '../backtest/report/html.ts';
import { TOGETHER } from './history/togetherHtml.ts';
import { LANES } from './lanes/lanesHtml.ts';

/** The page before any data; its script fills it. All data is inserted as text. */
export function pageHtml(title: string, timeZone: string): string {
  return html`<!doctype html>
<html lang="en" data-time-zone="${timeZone}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" type="image/svg+xml" href="/icon.svg">
<link rel="stylesheet" href="/style.css">
<script src="/uplot.js" defer></script>
<script type="module" src="/modules/dashboard/page/main.js"></script>
</head>
<body>
<a class="skip" href="#stream">Skip to the chart</a>
<header class="bar">
<h1>${title}</h1>
<p class="connection" role="status"><i class="lamp" aria-hidden="true"></i><span class="text">connecting</span></p>
<dl class="counts">
<div><dt>Streams</dt><dd class="streams">–</dd></div>
<div><dt>Incidents now</dt><dd class="open">–</dd></div>
<div><dt>Events</dt><dd class="events">–</dd></div>
<div><dt>Per second</dt><dd class="rate">–</dd></div>
</dl>
<label class="times">Times in <select class="zone"></select></label>
</header>
<div class="page">
<nav class="overview" aria-labelledby="overview-title">
<div class="head"><h2 id="overview-title">Streams</h2><input type="search" class="filter" placeholder="Filter" aria-label="Filter streams by name"></div>
<p class="prefix" hidden></p>
<ol class="streams"></ol>
<p class="note nothing" hidden>No stream of that name.</p>
</nav>
<main>
${LANES}
<section class="card stream" id="stream" aria-labelledby="stream-title" tabindex="-1">
<div class="title"><h2 id="stream-title">Waiting for the first event</h2><span class="state"></span></div>
<p class="note gone" role="status" hidden></p>
<div class="toolbar">
<button type="button" class="live" aria-pressed="true">Follow live</button>
<span class="group" role="group" aria-label="Move the chart">
<button type="button" class="earlier" aria-label="Earlier">←</button>
<button type="button" class="later" aria-label="Later">→</button>
<button type="button" class="closer" aria-label="Zoom in">+</button>
<button type="button" class="wider" aria-label="Zoom out">−</button>
</span>
<label class="of" hidden>Dimension <select class="dimension"></select></label>
<button type="button" class="together-add" title="This stream as far back as it is kept, below those that are shown there already">Look back, compare</button>
<span class="group" role="group" aria-label="Save the chart"><button type="button" class="png" title="Save the chart as a picture">PNG</button><button type="button" class="records" title="Save the records in view as CSV">CSV</button></span>
<button type="button" class="missed" hidden>Report a missed anomaly</button>
</div>
<div class="toolbar marking" role="group" aria-label="Which events were missed" hidden><span class="what" role="status"></span><button type="button" class="all">All in view</button><button type="button" class="report">Report as missed</button><button type="button" class="cancel">Cancel</button></div>
<dl class="readout">
<div><dt>Time (<span class="zone-name">${timeZone}</span>)</dt><dd class="at">–</dd></div>
<div><dt>Value</dt><dd class="value">–</dd></div>
<div><dt>Expected</dt><dd class="expected">–</dd></div>
<div><dt>95 % band</dt><dd class="band">–</dd></div>
<div><dt>Score</dt><dd class="score">–</dd></div>
<div><dt>Incident</dt><dd class="part">–</dd></div>
</dl>
<div class="chart" tabindex="0" role="application" aria-label="Chart of the stream: arrows move the cursor, Shift and arrows the view, plus and minus zoom, 0 follows live, m reports a missed anomaly, u undoes the last report">
<p class="caption"><span class="of-values">Value, forecast and its 95 % band</span><span class="at-record" role="status"></span><span class="hint">drag or wheel to zoom, Shift and wheel to move, double click to follow</span></p><div class="plot value-plot"></div>
<p class="caption">Score <span class="axis-zone">times in <span class="zone-name">${timeZone}</span></span></p><div class="plot score-plot"></div>
</div>
<ul class="legend">
<li><i class="key line value"></i>value</li>
<li><i class="key line expected"></i>forecast</li>
<li><i class="key area band"></i>95 % band</li>
<li class="of-ahead" hidden><i class="key fan"></i>next events, with their interval</li>
<li><i class="key line score"></i>score</li>
<li><i class="key line threshold"></i>threshold</li>
<li>incident:<span><i class="key dot low"></i>low</span><span><i class="key dot medium"></i>medium</span><span><i class="key dot high"></i>high</span><span><i class="key dot critical"></i>critical</span></li>
<li class="of-changes" hidden><i class="key change"></i>lasting change</li>
<li class="of-feedback" hidden><i class="key area label"></i>reported as missed</li>
</ul>
<ul class="lasting-changes" aria-label="Lasting changes" hidden></ul>
<ul class="missed-marks" aria-label="Reported as missed" hidden></ul>
</section>
${TOGETHER}
<section class="card" aria-labelledby="incidents-title">
<div class="head"><h2 id="incidents-title">Incidents</h2><span class="choices"><label><input type="checkbox" class="only"> of this stream only</label><select class="least" aria-label="Least severity"><option value="low">every severity</option><option value="medium">medium and above</option><option value="high">high and above</option><option value="critical">critical only</option></select><select class="when" aria-label="Time"><option value="all">at any time</option><option value="hour">last hour</option><option value="day">last day</option><option value="range">from … to</option></select><span class="range" hidden><input type="datetime-local" class="from-time" step="1" aria-label="From"> – <input type="datetime-local" class="to-time" step="1" aria-label="To"></span><input type="search" class="incident-text" placeholder="Search" aria-label="Search name, reason and note"><button type="button" class="csv" title="Download the incidents that the filters leave">CSV</button><a class="labels" href="/labels.json" download="labels.json" title="Download what people have reported, as labels for backtest and tune">Labels</a></span></div>
<div class="groups" role="group" aria-label="Streams that went wrong together" hidden></div>
<details class="what-if"><summary>Another threshold</summary><div class="toolbar"><label>Threshold <input type="range" min="0.05" max="0.99" step="0.01"></label><button type="button" class="reset">As it is</button><output role="status"></output></div></details>
<ul class="mutes" aria-label="Muted streams" hidden></ul>
<div class="scroll" tabindex="0" role="region" aria-label="List of incidents" title="Up and down: the next incident; n: this is normal; m: this is an anomaly; u: undo; a: acknowledge; e: note, Enter saves it; h: mute for an hour; 8: mute until 08:00"><table class="incidents">
<thead><tr><th scope="col">From (<span class="zone-name">${timeZone}</span>)</th><th scope="col">Stream</th><th scope="col">Severity</th><th scope="col">Duration</th><th scope="col" class="of-value">Value (expected)</th><th scope="col" class="say">Actions</th></tr></thead>
</table></div>
<p class="pages" hidden><button type="button" class="newer">Newer</button><span class="which" role="status"></span><button type="button" class="older">Older</button></p>
<p class="note nothing">None so far.</p>
</section>
<section class="card gates" aria-labelledby="gates-title" hidden>
<h2 id="gates-title">What the model remembers</h2>
<p class="note status"></p>
<div class="strips"></div>
</section>
<p class="notice" role="status" aria-live="polite"></p>
</main>
</div>
<noscript><p class="card">The dashboard needs JavaScript.</p></noscript>
</body>
</html>
`.markup;
}
