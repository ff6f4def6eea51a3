import { baseStyle } from '../../charts/baseStyle.ts';
import { incidentsStyle } from './incidents/incidentsStyle.ts';
import { lanesStyle } from './lanes/lanesStyle.ts';

/** The dashboard's style sheet. */
export const style: string = `
${baseStyle}
${incidentsStyle}
${lanesStyle}
[hidden] { display: none !important; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1.5rem; padding: 0.75rem 1.5rem; background: var(--surface); border-bottom: 1px solid var(--rule); }
.bar h1 { font-size: 1.15rem; }
.connection { display: flex; align-items: center; gap: 0.5rem; margin: 0; color: var(--muted); font-size: 13px; }
.lamp { width: 9px; height: 9px; border-radius: 50%; background: var(--label-edge); }
.over .lamp { background: var(--muted); }
.lost .lamp { background: var(--high); }
.lost .connection { color: var(--high); }
.counts { display: flex; gap: 1.5rem; margin: 0 0 0 auto; text-align: right; }
.counts dd { font-size: 15px; font-weight: 600; min-width: 3.5ch; }

.page { display: grid; grid-template-columns: 21rem minmax(0, 1fr); gap: 1.25rem; max-width: 110rem; margin: 0 auto; padding: 1.25rem 1.5rem 3rem; }
.overview { position: sticky; top: 1.25rem; align-self: start; max-height: calc(100vh - 2.5rem); display: flex; flex-direction: column; background: var(--surface); border: 1px solid var(--rule); border-radius: 10px; overflow: hidden; }
.head { display: flex; align-items: baseline; justify-content: space-between; gap: 1rem; flex-wrap: wrap; }
.head h2 { margin-bottom: 0.75rem; }
.head label { font-size: 13px; color: var(--muted); }
.overview .head { padding: 1rem 1rem 0.25rem; align-items: center; flex-wrap: nowrap; }
.overview .head h2 { margin: 0; }
.filter { font: inherit; font-size: 13px; color: inherit; background: var(--ground); border: 1px solid var(--rule); border-radius: 6px; padding: 0.2rem 0.6rem; width: 9rem; }
.overview ol { list-style: none; margin: 0.5rem 0 0; padding: 0 0.5rem 0.5rem; overflow-y: auto; }
.row { display: grid; grid-template-columns: minmax(0, 1fr) minmax(5.5rem, max-content); grid-template-areas: "name state" "spark value" "spark past"; align-items: center; gap: 0.15rem 0.75rem; width: 100%; padding: 0.5rem; border: 1px solid transparent; background: none; text-align: left; border-radius: 8px; }
.row:not(:disabled):hover { background: var(--ground); border-color: transparent; }
.row[aria-current="true"] { background: var(--ground); border-color: var(--rule); box-shadow: inset 3px 0 0 var(--link); }
.row .name { grid-area: name; display: flex; font-size: 13px; font-weight: 500; white-space: pre; position: relative; }
.row .name .start { overflow: hidden; text-overflow: ellipsis; }
.row .name .end { flex: none; }
.row .past { grid-area: past; text-align: right; font-size: 11.5px; line-height: 1.2; color: var(--muted); }
.row .pill { grid-area: state; justify-self: end; }
.row .spark { grid-area: spark; width: 100%; height: 26px; }
.row .number { grid-area: value; text-align: right; font-size: 13px; font-variant-numeric: tabular-nums; }
.row .what { grid-column: 1 / -1; font-size: 12px; color: var(--muted); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.note { color: var(--muted); margin: 0 0 0.75rem; max-width: 80ch; }
.overview .note { padding: 0.5rem 1rem; }

.pill { font-size: 11.5px; line-height: 1.5; padding: 0 0.5em; border-radius: 99px; border: 1px solid var(--rule); color: var(--muted); white-space: nowrap; }
.pill:empty { display: none; }
.pill.incident { border-color: transparent; color: #fff; background: var(--high); }
.pill.incident.low { background: var(--low); color: #2a0f08; }
.pill.incident.medium { background: var(--medium); color: #2a0f08; }
.pill.incident.critical { background: var(--critical); }
@media (prefers-color-scheme: dark) { .pill.incident:is(.low, .medium, .high, .critical) { color: #000; } }
.pill.stale, .pill.ended { border-style: dashed; }
.pill.absent { border: 1px dashed var(--high); color: var(--high); font-weight: 600; }
.pill.normal { color: var(--fine); border-color: currentColor; }

.stream .title { display: flex; align-items: center; gap: 0.75rem; margin-bottom: 0.75rem; }
.stream h2 { margin: 0; }
.stream:focus { outline: none; }
.toolbar .group { display: inline-flex; gap: 0.25rem; }
.toolbar button[aria-pressed="true"] { color: var(--link); border-color: var(--link); }
#stream .marking { border: 1px solid var(--link); border-radius: 8px; padding: 0.4rem 0.75rem; margin-top: 0.5rem; }
.live::before { content: ""; display: inline-block; width: 0.55em; height: 0.55em; border-radius: 50%; margin-right: 0.5em; background: var(--muted); }
.live[aria-pressed="true"]::before { background: var(--link); }

.strip { display: grid; grid-template-columns: 11rem minmax(0, 1fr) 5.5rem; align-items: center; gap: 0.75rem; margin-top: 0.5rem; font-size: 13px; }
.strip canvas { width: 100%; height: 30px; }
.strip .gate { color: var(--muted); }
.strip .number { text-align: right; font-variant-numeric: tabular-nums; }

.times { color: var(--muted); font-size: 13px; }
.prefix { flex: none; margin: 0.25rem 1rem 0; color: var(--muted); font-size: 12px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.name .fold { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.of-values { flex: 0 0 auto; max-width: 55%; }
.at-record:not(:empty) + .hint { display: none; }
.caption { display: flex; justify-content: space-between; gap: 1rem; }
.notice { position: fixed; left: 50%; bottom: 1.25rem; transform: translate(-50%, 1rem); margin: 0; padding: 0.6rem 1rem; border-radius: 8px; background: var(--text); color: var(--surface); font-size: 14px; opacity: 0; pointer-events: none; transition: opacity 0.2s, transform 0.2s; max-width: calc(100vw - 2rem); }
.notice.shown { opacity: 1; transform: translate(-50%, 0); }
@media (prefers-reduced-motion: reduce) { .notice { transition: none; } }

@media (max-width: 60rem) {
  .page { display: block; padding: 0.75rem; }
  .bar { padding: 0.6rem 0.75rem; }
  .overview { position: static; max-height: 18rem; margin-bottom: 0.75rem; }
  .card { padding: 1rem; margin-bottom: 0.75rem; }
}
@media (max-width: 44rem) {
  .readout { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .hint { display: none; }
  .toolbar button { min-height: 2.25rem; min-width: 2.5rem; }
  .counts { margin: 0; width: 100%; justify-content: space-between; text-align: left; gap: 0.75rem; }
  .strip { grid-template-columns: minmax(0, 1fr) auto; }
  .strip canvas { grid-column: 1 / -1; grid-row: 2; }
  .times select { min-height: 2.25rem; }
}
`;
