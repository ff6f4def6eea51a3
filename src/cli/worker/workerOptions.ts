import type { BadDataPolicy } from '../../core/reading.ts';
import type { TransformName } from '../../models/transform.ts';
import type { ModelOptions } from '../options/options.ts';
import type { PolicyFlags } from '../options/policy.ts';

export type BrokerName = 'nats' | 'redis';

/** Those options of a command, as they were given. */
export interface BrokerFlags extends Partial<Record<BrokerName, string>> {
  readonly in?: string;
  readonly out: string;
  readonly partitions?: number;
  readonly value?: readonly string[];
  readonly time?: string;
  /** Milliseconds. */
  readonly keepVerdicts?: number;
}

export interface WorkerOptions extends ModelOptions, PolicyFlags, BrokerFlags {
  readonly in: string;
  readonly deliver: 'flagged' | 'all';
  readonly transform: TransformName;
  readonly onBadData: BadDataPolicy;
  readonly maxKeys?: number;
  readonly fleet?: boolean;
  /** Milliseconds. */
  readonly keepStates?: number;
  readonly metricsPort?: number;
  readonly metricsHost: string;
  readonly quiet: boolean;
}

export interface StatusOptions extends BrokerFlags {
  readonly format: 'text' | 'json';
}
