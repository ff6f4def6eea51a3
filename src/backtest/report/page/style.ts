/** The report's style sheet. The canvas takes its colours from the variables, see `readPalette`. */
export const style = `
:root {
  color-scheme: light;
  --ground: #f4f5f7; --surface: #ffffff; --text: #1b2230; --muted: #5c6675; --rule: #e1e5ea; --link: #1d4fc4;
  --value: #1f2a3d; --expected: #2f6fde; --band: rgba(47, 111, 222, 0.16); --grid: #edf0f3;
  --score: #6b4fb8; --score-fill: rgba(107, 79, 184, 0.14); --threshold: #7a8494;
  --label: rgba(22, 150, 84, 0.15); --label-edge: #169654;
  --low: #f2a08c; --medium: #ea6a4e; --high: #cf2f28; --critical: #86101f;
}
@media (prefers-color-scheme: dark) {
  :root:not(.printing) {
    color-scheme: dark;
    --ground: #10141b; --surface: #181d26; --text: #e4e8ef; --muted: #98a3b3; --rule: #2b323e; --link: #8fb4ff;
    --value: #dfe5ee; --expected: #6aa2ff; --band: rgba(106, 162, 255, 0.2); --grid: #242b36;
    --score: #b49bf5; --score-fill: rgba(180, 155, 245, 0.16); --threshold: #8b95a5;
    --label: rgba(64, 200, 128, 0.16); --label-edge: #40c880;
    --low: #a8695d; --medium: #dd6f57; --high: #ff5b4d; --critical: #ff2a6d;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; z-index: 2; background: var(--surface); padding: 0.5rem 1rem; }

.page { max-width: 72rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
.page.with-nav { max-width: 92rem; display: grid; grid-template-columns: 16rem minmax(0, 1fr); gap: 2rem; }
nav { position: sticky; top: 1.5rem; align-self: start; max-height: calc(100vh - 3rem); overflow: auto; font-size: 13px; }
nav summary { font-weight: 600; padding: 0.25rem 0.5rem; cursor: pointer; }
nav ol { list-style: none; margin: 0.25rem 0 0; padding: 0; }
nav li a { display: block; padding: 0.35rem 0.5rem; border-radius: 6px; color: inherit; }
nav li a:hover { background: var(--rule); text-decoration: none; }
nav .name { display: block; overflow-wrap: anywhere; line-height: 1.3; }
.result { color: var(--muted); font-size: 12px; }
.result::before { content: ""; display: inline-block; width: 0.55em; height: 0.55em; border-radius: 50%; margin-right: 0.45em; background: var(--muted); }
.result.all::before { background: var(--label-edge); }
.result.some::before { background: #d99a1c; }
.result.none::before { background: var(--high); }

h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 0 0 0.75rem; overflow-wrap: anywhere; }
h3 { font-size: 0.95rem; margin: 1.5rem 0 0.5rem; }
.count, .muted { color: var(--muted); font-weight: 400; }
header { margin-bottom: 1.5rem; }
.subtitle { margin: 0.35rem 0 0; color: var(--muted); overflow-wrap: anywhere; }
.card { background: var(--surface); border: 1px solid var(--rule); border-radius: 10px; padding: 1.25rem 1.5rem; margin-bottom: 1.25rem; }
.stream > h2 { margin-bottom: 0.25rem; }
.note, .stream > .name { color: var(--muted); margin: 0 0 0.5rem; max-width: 75ch; overflow-wrap: anywhere; }
.stream > .name { font-size: 13px; }

.facts { display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; margin: 0; }
.stream .facts { margin: 0.5rem 0 1rem; }
dt { color: var(--muted); font-size: 12px; }
dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }

.toolbar { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1rem; font-size: 13px; border-top: 1px solid var(--rule); padding-top: 0.75rem; }
.toolbar .hint { color: var(--muted); margin-left: auto; }
.toolbar label { color: var(--muted); }
button, select { font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--rule); border-radius: 6px; padding: 0.2rem 0.6rem; max-width: 100%; }
button:not(:disabled) { cursor: pointer; }
button:not(:disabled):hover { border-color: var(--muted); }
button:disabled { color: var(--muted); opacity: 0.6; }
.readout { display: grid; grid-template-columns: 1.3fr 1fr 1fr 1.6fr 0.6fr 1.6fr; gap: 0.25rem 1rem; margin: 0.75rem 0; min-height: 2.8rem; }
.readout dd { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }

.chart { min-height: 436px; border-radius: 6px; }
.caption { margin: 0; font-size: 12px; color: var(--muted); }
.plot { overflow: hidden; }
.value-plot { min-height: 260px; }
.score-plot { min-height: 140px; }
.u-select { background: var(--band); border-inline: 1px solid var(--expected); }
.u-hz .u-cursor-x { border-right: 1px solid var(--muted); }
.uplot, .u-legend { font-family: inherit; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; margin: 0.5rem 0 0; padding: 0; font-size: 13px; color: var(--muted); }
.key { display: inline-block; margin-right: 0.5em; vertical-align: middle; }
.key.line { width: 18px; border-top: 2px solid; }
.key.line.value { color: var(--value); }
.key.line.expected { color: var(--expected); }
.key.line.score { color: var(--score); }
.key.line.threshold { color: var(--threshold); border-top-style: dashed; }
.key.area { width: 18px; height: 12px; }
.key.area.band { background: var(--band); }
.key.area.label { background: var(--label); border-top: 3px solid var(--label-edge); }
.legend span { margin-left: 0.5em; white-space: nowrap; }
.key.dot { width: 10px; height: 10px; border-radius: 50%; }
.key.low { background: var(--low); }
.key.medium { background: var(--medium); }
.key.high { background: var(--high); }
.key.critical { background: var(--critical); }

.scroll { overflow: auto; max-height: 26rem; }
.scroll.summary { max-height: none; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.4rem 0.75rem; border-bottom: 1px solid var(--rule); white-space: nowrap; }
thead th { position: sticky; top: 0; background: var(--surface); color: var(--muted); font-weight: 500; }
tbody th { font-weight: 500; white-space: normal; overflow-wrap: anywhere; min-width: 9rem; }
tbody tr:last-child > * { border-bottom: 0; }
th:first-child, td:first-child { padding-left: 0; }
th.number, td.number { text-align: right; }
.incidents tbody tr { cursor: pointer; }
.incidents tbody tr:hover { background: var(--ground); }
.incidents .zoom { border: 0; background: none; padding: 0.1rem 0; color: var(--link); }
.missed { font-size: 13px; margin: 1rem 0 0; }
.missed strong { font-weight: 500; color: var(--muted); }
.missed .zoom { margin: 0.25rem 0.25rem 0 0; color: var(--link); }

.results { margin-bottom: 1rem; }
.diagrams { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem 2rem; align-items: start; }
.diagram { margin: 0; }
.diagram figcaption { font-size: 13px; color: var(--muted); margin-bottom: 0.25rem; }
.diagram svg { display: block; width: 100%; max-width: 34rem; height: auto; }
.diagram .grid { stroke: var(--grid); }
.diagram .tick { fill: var(--muted); font-size: 11px; }
.diagram .tick.end { text-anchor: end; }
.diagram .tick.middle { text-anchor: middle; }
.diagram .mark { stroke: var(--threshold); stroke-dasharray: 4 3; }
.diagram .bar { fill: var(--score); opacity: 0.55; }
.diagram .line { fill: none; stroke: currentColor; stroke-width: 1.75; }
.diagram .point { fill: currentColor; }
.diagram .first, .key.line.first { color: var(--expected); }
.diagram .second, .key.line.second { color: var(--label-edge); }
.diagram .third, .key.line.third { color: var(--score); }
.summary th, .summary td { padding-inline: 0.45rem; }
.summary thead th { white-space: normal; vertical-align: bottom; line-height: 1.25; }
.summary tr > :first-child { position: sticky; left: 0; z-index: 1; background: var(--surface); }
.summary tbody th { min-width: 13rem; }
.summary + .note, .scroll + .note, .legend + .note { margin-top: 0.75rem; }
.verdict { font-weight: 600; margin: 0 0 0.75rem; max-width: 75ch; }
details > summary { cursor: pointer; font-size: 13px; color: var(--link); margin-top: 0.75rem; }
nav details > summary { color: inherit; margin-top: 0; }
tr.own > td { font-weight: 600; background: var(--ground); }

@media (max-width: 60rem) {
  .page, .page.with-nav { display: block; padding: 1rem 0.75rem 3rem; }
  nav { position: static; max-height: none; margin-bottom: 1rem; }
  .card { padding: 1rem; }
}
@media (max-width: 44rem) {
  h1 { font-size: 1.4rem; }
  .readout { grid-template-columns: 1fr 1fr; }
  .summary tbody th { min-width: 8rem; }
  .toolbar .hint { display: none; }
  .toolbar .reset { margin-left: auto; }
}
@media print {
  body { background: none; font-size: 12px; }
  .page, .page.with-nav { display: block; max-width: none; padding: 0; }
  nav, .toolbar, .readout, .skip { display: none; }
  .card { border: 0; padding: 0; border-radius: 0; }
  .stream { break-before: page; }
  .chart, tr { break-inside: avoid; }
  .chart, .plot { min-height: 0; }
  .uplot, .u-wrap { width: 100% !important; height: auto !important; }
  .uplot canvas { height: auto; }
  .scroll { max-height: none; overflow: visible; }
  th, td { padding: 0.25rem 0.4rem; }
  .key, .result::before { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
