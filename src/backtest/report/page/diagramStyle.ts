/** Colours and lines of a diagram, by the variables of `baseStyle`. */
export const diagramStyle: string = `.diagram .grid { stroke: var(--grid); }
.diagram .tick { fill: var(--muted); font-size: 11px; }
.diagram .tick.end { text-anchor: end; }
.diagram .tick.middle { text-anchor: middle; }
.diagram .mark { stroke: var(--threshold); stroke-dasharray: 4 3; }
.diagram .area { fill: var(--band); }
.diagram .value { color: var(--value); }
.diagram .expected { color: var(--expected); }
.diagram .bar { fill: var(--score); opacity: 0.55; }
.diagram .line { fill: none; stroke: currentColor; stroke-width: 1.75; }
.diagram .line.strip { stroke-width: 7; stroke-linecap: square; }
.diagram .point { fill: currentColor; }
.diagram .first, .key.line.first { color: var(--expected); }
.diagram .second, .key.line.second { color: var(--label-edge); }
.diagram .third, .key.line.third { color: var(--score); }`;
