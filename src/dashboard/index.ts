// Public entry: the live dashboard.
export type { Alert } from '../core/reading.ts';
export type { DashboardOptions, ShownGates } from './dashboardOptions.ts';
export { type Dashboard, serveDashboard } from './serveDashboard.ts';
