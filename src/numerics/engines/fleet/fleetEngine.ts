import { optionChecks, requireObject } from '../../../core/options.ts';
import { checkNetworkConfig, type NetworkConfig } from '../../networkConfig.ts';
import type { Engine, EngineState, LearnReport } from '../engine.ts';

/** A network whose weights a fleet shares; each of its series advances independently. */
export interface FleetConfig extends Omit<NetworkConfig, 'series' | 'delay'> {
  /** R: segments whose mean gradient makes one update. */
  readonly batchSize: number;
}

/**
 * Many series under one set of weights. A series has a slot: acquired when it joins, released when it leaves; neither
 * affects the others. Unlike the series of an {@link Engine} they need not advance together: a call advances the
 * slots that it names.
 *
 * Truncated back-propagation goes over segments of T events, end to end (k1 = k2 = T). A slot keeps only the inputs of
 * its present segment and the state at that segment's start. An update is due after R segments, whichever slots they
 * come from: so what is learnt depends on the events alone, not on how they were put into calls.
 */
export interface FleetEngine extends Pick<Engine, 'name' | 'precision' | 'readParameters' | 'dispose'> {
  readonly config: FleetConfig;
  /** Slots in use. */
  readonly size: number;
  /** Segments added since the last update, 0 … R. */
  readonly sampleCount: number;

  /** A slot of zero state with an empty segment. Slots are numbered from 0; released ones are used again first. */
  acquire(): number;
  /** Gives a slot back. What was added from it still counts. */
  release(slot: number): void;
  /** Events in the slot's segment, 0 … T. */
  steps(slot: number): number;

  /**
   * Advances `count` slots by one event each. A segment that was full is dropped and a new one begun.
   *
   * @param output (count, O) result: per slot P locations, then, for a distribution, P log scales
   * @param slots (count) all different
   * @param x (count, I) inputs
   */
  advanceInto(output: Float64Array, slots: Int32Array, x: Float64Array, count: number): void;

  /**
   * Adds the slot's full segment to the next update; a new segment begins. The segment is copied: the slot may
   * advance,
   * or leave, before the update.
   *
   * @param targets (T, P) what the outputs of these steps should have predicted
   * @param weights (T, P) 0 leaves a target out (it may then be NaN)
   * @throws RxAnomalyError BAD_DATA when the segment is not full, or R segments wait for `learn` already
   */
  addSample(slot: number, targets: Float64Array, weights: Float64Array): void;

  /**
   * One update from the R segments added: forward from the state at each one's start, backward, mean over their R·T·P
   * targets, clip, optimiser step. No slot's state moves.
   *
   * @param rate learning rate
   * @throws RxAnomalyError BAD_DATA while fewer than R segments were added
   */
  learn(rate: number): LearnReport;

  writeParameters(flat: Float64Array): void;

  /** A copy of all that the slots share: parameters, optimiser state, segments added. */
  save(): EngineState;
  /** Restores what `save` returned; throws when a vector is missing or of another length. */
  load(state: EngineState): void;
  /** A copy of the state of one slot; `loadSlot` restores it into any slot, bit for bit. */
  saveSlot(slot: number): Float64Array;
  loadSlot(slot: number, saved: Float64Array): void;
}

/** Throws BAD_OPTION for a shape that cannot be computed. */
export function checkFleetConfig(config: FleetConfig): FleetConfig {
  requireObject('fleet', config);
  optionChecks('fleet').positiveInteger('batchSize', config.batchSize);
  checkNetworkConfig(networkOf(config));
  return config;
}

/** The network that learns from R segments at a time. */
export function networkOf({ batchSize, ...network }: FleetConfig): NetworkConfig {
  return { ...network, series: batchSize, delay: 0 };
}
