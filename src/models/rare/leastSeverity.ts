import type { Severity } from '../../core/reading.ts';
import { SEVERITIES } from '../../core/reading.ts';

const HIGH = ['fatal', 'critical', 'crit', 'alert', 'emergency', 'emerg', 'panic'];
const MEDIUM = ['error', 'err', 'severe'];

/** A severity, or what a level asks for where that is more. */
export function atLeast(severity: Severity, level: string | undefined): Severity {
  if (level === undefined || severity === 'none') return severity;
  const name = level.toLowerCase();
  const least = HIGH.includes(name) ? 'high' : MEDIUM.includes(name) ? 'medium' : severity;
  return SEVERITIES.indexOf(least) > SEVERITIES.indexOf(severity) ? least : severity;
}
