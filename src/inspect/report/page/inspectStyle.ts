/** Styles for an inspection, in addition to the report's. */
export const inspectStyle = `
:root {
  --map-none: #f1f4f8; --map-half: #7fa9ec; --map-full: #12306e;
  --map-negative: #b3381f; --map-positive: #1d4fc4;
}
@media (prefers-color-scheme: dark) {
  :root:not(.printing) {
    --map-none: #1d2430; --map-half: #3a6fc4; --map-full: #cfe2ff;
    --map-negative: #ff7a5c; --map-positive: #6aa2ff;
  }
}
.ramp { display: inline-block; width: 8rem; height: 0.75rem; border-radius: 3px; vertical-align: middle; margin: 0 0.5em; background: linear-gradient(to right, var(--map-none), var(--map-half), var(--map-full)); }
.ramp.signed { background: linear-gradient(to right, var(--map-negative), var(--map-none), var(--map-positive)); }
.gate-readout, .flow-readout { font-size: 13px; margin: 0.5rem 0; font-variant-numeric: tabular-nums; min-height: 1.4em; }
.flow-plot { min-height: 260px; }
.key.line.direct { color: var(--expected); }
.key.line.measured { color: var(--score); }
.explained { margin: 0; padding-left: 1.25rem; }
.explained li { margin-bottom: 0.5rem; max-width: 85ch; }
@media print { .ramp { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;
