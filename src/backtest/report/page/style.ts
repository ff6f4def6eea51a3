import { baseStyle } from '../../../charts/baseStyle.ts';
import { diagramStyle } from './diagramStyle.ts';

/** The report's style sheet. */
export const style: string = `
${baseStyle}
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
header { margin-bottom: 1.5rem; }
.subtitle { margin: 0.35rem 0 0; color: var(--muted); overflow-wrap: anywhere; }
.stream > h2 { margin-bottom: 0.25rem; }
.note, .stream > .name { color: var(--muted); margin: 0 0 0.5rem; max-width: 75ch; overflow-wrap: anywhere; }
.stream > .name { font-size: 13px; }
.facts { display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; margin: 0; }
.stream .facts { margin: 0.5rem 0 1rem; }
.spots { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; margin: 0.25rem 0 0.5rem; padding: 0; }
.result-card h3 { margin: 0.75rem 0 0; }
.outcome, .spots { overflow-wrap: anywhere; }
.outcome { font-size: 1.15rem; font-weight: 600; margin: 0; max-width: 75ch; }
tr:has(+ .why) > td { border-bottom: 0; padding-bottom: 0; }
tr.why > td { white-space: normal; color: var(--muted); padding-top: 0.15rem; cursor: default; }
tr.why { background: none; }
.glossary dl { margin: 0.5rem 0 0; }
.glossary dl > div { display: grid; grid-template-columns: 9rem minmax(0, 65ch); gap: 0 1rem; padding: 0.15rem 0; font-size: 13px; }
.glossary dt { font-weight: 600; }
.glossary dd { margin: 0; }
.run > summary { margin-top: 0; }
.run .facts { margin-top: 0.75rem; }
.stream { scroll-margin-top: 0.5rem; }
.missed { font-size: 13px; margin: 1rem 0 0; }
.missed strong { font-weight: 500; color: var(--muted); }
.missed .zoom { margin: 0.25rem 0.25rem 0 0; color: var(--link); }

.results { margin-bottom: 1rem; }
.diagrams { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem 2rem; align-items: start; }
.diagram { margin: 0; }
.diagram figcaption { font-size: 13px; color: var(--muted); margin-bottom: 0.25rem; }
.diagram svg { display: block; width: 100%; max-width: 34rem; height: auto; }
.diagram.full { grid-column: 1 / -1; }
.diagram.full svg { max-width: none; }
.diagram.full svg.narrow { display: none; }
${diagramStyle}
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
  .diagram.full svg.narrow { display: block; }
  .diagram.full svg.wide { display: none; }
  .glossary dl > div { grid-template-columns: 1fr; }
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
  th, td { padding: 0.2rem 0.3rem; white-space: normal; }
  table { font-size: 10px; }
  .summary table { font-size: 8px; }
  .summary th, .summary td { padding-inline: 0.15rem; }
  .summary tbody th { min-width: 5rem; }
  .summary tr > :first-child { position: static; }
  .key, .result::before { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
