/**
 * The live dashboard. Node only.
 *
 * @module rx-anomaly/dashboard
 */

export type { Alert, Value, Verdict } from '../core/reading.ts';
export type { ChangeOptions } from '../models/changes/changeTracker.ts';
export type { Feedback } from '../models/decision/feedback.ts';
export type { Snapshot } from '../models/snapshot/snapshot.ts';
export type { DashboardOptions, ShownGates } from './dashboardOptions.ts';
export { type Dashboard, serveDashboard } from './serveDashboard.ts';
