/** The style that all pages with charts share. The canvas takes its colours from the variables, see `readPalette`. */
export const baseStyle = `
:root {
  color-scheme: light;
  --ground: #f4f5f7; --surface: #ffffff; --text: #1b2230; --muted: #5c6675; --rule: #e1e5ea; --link: #1d4fc4;
  --value: #1f2a3d; --expected: #2f6fde; --band: rgba(47, 111, 222, 0.16); --grid: #edf0f3;
  --score: #6b4fb8; --score-fill: rgba(107, 79, 184, 0.14); --threshold: #7a8494;
  --label: rgba(22, 150, 84, 0.15); --label-edge: #169654; --fine: #0c7440; --change: #a1128f;
  --low: #f2a08c; --medium: #ea6a4e; --high: #cf2f28; --critical: #86101f;
}
@media (prefers-color-scheme: dark) {
  :root:not(.printing) {
    color-scheme: dark;
    --ground: #10141b; --surface: #181d26; --text: #e4e8ef; --muted: #98a3b3; --rule: #2b323e; --link: #8fb4ff;
    --value: #dfe5ee; --expected: #6aa2ff; --band: rgba(106, 162, 255, 0.2); --grid: #242b36;
    --score: #b49bf5; --score-fill: rgba(180, 155, 245, 0.16); --threshold: #8b95a5;
    --label: rgba(64, 200, 128, 0.16); --label-edge: #40c880; --fine: #40c880; --change: #f08be0;
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

h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 0 0 0.75rem; overflow-wrap: anywhere; }
h3 { font-size: 0.95rem; margin: 1.5rem 0 0.5rem; }
.count, .muted { color: var(--muted); font-weight: 400; }
.card { background: var(--surface); border: 1px solid var(--rule); border-radius: 10px; padding: 1.25rem 1.5rem; margin-bottom: 1.25rem; }

dt { color: var(--muted); font-size: 12px; }
dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }

.toolbar { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1rem; font-size: 13px; border-top: 1px solid var(--rule); padding-top: 0.75rem; }
.toolbar .hint { color: var(--muted); margin-left: auto; }
.toolbar label { color: var(--muted); }
button, select { font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--rule); border-radius: 6px; padding: 0.2rem 0.6rem; max-width: 100%; }
button:not(:disabled) { cursor: pointer; }
button:not(:disabled):hover { border-color: var(--muted); }
button:disabled { color: var(--muted); opacity: 0.6; }
.readout { display: grid; grid-template-columns: minmax(max-content, 1.3fr) repeat(2, minmax(0, 0.9fr)) minmax(0, 1.5fr) minmax(0, 0.6fr) minmax(0, 1.8fr); gap: 0.25rem 1rem; margin: 0.75rem 0; min-height: 3.4rem; }
.readout dd { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.readout .part { white-space: normal; font-size: 13px; line-height: 1.3; }

.chart { min-height: 436px; border-radius: 6px; }
.caption { margin: 0; font-size: 12px; color: var(--muted); }
.at-record { color: var(--change); min-width: 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
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
.key.change { width: 1px; height: 12px; margin-left: 8px; background: var(--change); }
.key.fan { width: 18px; height: 12px; background: linear-gradient(var(--expected), var(--expected)) 0 50% / 100% 2px no-repeat, var(--band); clip-path: polygon(0 42%, 100% 0, 100% 100%, 0 58%); }
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
`;
