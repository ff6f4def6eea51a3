import { asyncScheduler, map, type Observable, type ObservableInput } from 'rxjs';
import { RxAnomalyError } from '../../core/errors.ts';
import type { Incident, Value } from '../../core/reading.ts';
import type { AbsenceOptions } from '../../models/decision/absenceWatch.ts';
import { DurableDetector } from '../../models/durable/durableDetector.ts';
import type { DurablePlace, DurableVerdict } from '../../models/durable/durableState.ts';
import type { ExtraTree } from '../../models/durable/extraParts.ts';
import { asJson, fields, type Json, list, type State, text } from '../../models/snapshot/state.ts';
import type { StreamDetectorOptions } from '../../models/streamDetectorOptions.ts';
import { type Captured, CheckpointSaver } from '../../operators/durable/checkpointSaver.ts';
import { durableVerdicts, runId } from '../../operators/durable/durableVerdicts.ts';
import { counted } from '../text/formatText.ts';
import { AppliedFeedback, feedbackId } from './appliedFeedback.ts';
import { type Derivation, derivationConfig, derivedNames, requireCounters } from './derivation.ts';
import type { DerivedEvents } from './derivedEvents.ts';
import type { DetectionContext, OpenDetection } from './detection.ts';
import type { Persistence } from './persistence.ts';
import { type RunConfig, readOf, requireSameConfig } from './runConfig.ts';

type Detected<E> = DurableVerdict<E, Value>;

/** How the keys of a state are called outside of it. */
export interface StreamNames {
  nameOf(key: string | undefined): string | undefined;
  keyOf(name: string | undefined): string | undefined;
}

/** A source of events, and how anomalies in it are detected. */
export interface OpenDetectionOptions<E, P>
  extends Pick<OpenDetection, 'owns' | 'dimensions'>,
    Partial<Pick<OpenDetection, 'notes' | 'share'>> {
  /** Of its state. */
  readonly name: string;
  /** A state that was saved with another one is refused. */
  readonly config: RunConfig;
  readonly detect: StreamDetectorOptions<E, Value> & AbsenceOptions;
  /** A position from a state. @throws RxAnomalyError BAD_SNAPSHOT where it is none of this source */
  readonly readPosition: (saved: State) => P;
  /** The events after a position; from the first one where it is undefined. */
  readonly source: (position: P | undefined) => ObservableInput<E>;
  /** Called with each event before it is processed; what it returns is asked for the position after it. */
  readonly place: (event: E) => () => Json;
  /** Brings the verdicts to where they go and emits each once it is there. @default the subscriber does */
  readonly deliver?: (verdicts: Observable<Detected<E>>) => Observable<Detected<E>>;
  /** Teaches the detector what was before the first event; not called where there is a state, which has that. */
  readonly warmUp?: (detector: DurableDetector<E, Value>) => Promise<void>;
  readonly onWaiting?: (change: number) => void;
  /** What the streams are called in verdicts and feedback. @default their keys */
  readonly names?: StreamNames;
  readonly close?: () => Promise<void>;
  /** See `DurablePlace`. */
  readonly revise?: DurablePlace['revise'];
}

/**
 * Opens the detector of a source, from its state where there is one.
 *
 * @throws RxAnomalyError BAD_SNAPSHOT when the state is damaged, or of another configuration
 */
export async function openDetection<E, P>(
  options: OpenDetectionOptions<E, P>,
  { command, persistence, stop, pause, log, counts, derivation, changes }: DetectionContext,
): Promise<OpenDetection> {
  const { name, readPosition, source, place, deliver, onWaiting, owns, names } = options;
  const config = { ...derivationConfig(derivation), ...options.config }; // that of a table has its own
  const derived = derivation && (await openDerived<E>(derivation, options, command, counts));
  const dimensions = derived === undefined ? options.dimensions : () => derived.names;
  const { absentAfter, absentBy, ...detect } = options.detect;
  const absences = absentAfter === undefined ? {} : { absentAfter };
  const clock = (): number => asyncScheduler.now();
  const { store, every, onSaveFailed } = persistence;
  const isKept = store !== undefined;
  const saved = await persistence.peek(name);
  if (saved !== undefined) requireSameConfig(persistence.path(name), saved, config);
  const feedbackIds = new AppliedFeedback();
  const extraState = (): ExtraTree => ({
    ...restored,
    ...persistence.extraState(owns),
    feedbackIds: feedbackIds.save(),
    ...(derived === undefined ? {} : { derived: derived.events.save() }),
  });
  const detector = await DurableDetector.open<E, Value>(
    command,
    { ...detect, clock },
    {
      ...{ store, name, config: asJson(config), extraState, run: runId(asyncScheduler.now()) },
      ...absences,
      ...(options.revise === undefined ? {} : { revise: options.revise }),
      ...(changes === undefined ? {} : { changes }),
    },
  );
  const {
    position,
    restored,
    feedbackIds: ids,
  } = await readParts(detector, persistence.path(name), readPosition);
  for (const id of ids) feedbackIds.add(id);
  if (derived !== undefined && restored.derived !== undefined) {
    const saved = restored.derived;
    await closedOnError(detector, () => readOf(persistence.path(name), () => derived.events.resume(saved)));
  }
  if (saved !== undefined && options.warmUp !== undefined)
    log(`${persistence.path(name)} is a state that has learnt before: --history is not read`);
  else await closedOnError(detector, () => options.warmUp?.(detector));
  const captured = isKept ? afterWriting(detector, persistence) : NOTHING;
  const saver = new CheckpointSaver(captured, every, asyncScheduler, onSaveFailed);
  const keyOf = names?.keyOf ?? ((key) => key);
  const applyFeedback: OpenDetection['recallFeedback'] = async (feedback) => {
    await detector.takeFeedback({ ...feedback, key: keyOf(feedback.key) });
    feedbackIds.add(feedbackId(feedback));
    saver.changed();
  };
  const verdicts$ = durableVerdicts<E, Value, Detected<E>>(detector, saver, {
    ...{ place, every, deliver, signal: stop, pause, scheduler: asyncScheduler },
    absentBy: absentAfter === undefined ? undefined : absentBy,
    ...(onWaiting === undefined ? {} : { onWaiting }),
    derive: derived && ((event) => derived.events.add(event)),
    source: () => source(position),
  });
  return {
    verdicts$: names === undefined ? verdicts$ : verdicts$.pipe(map((verdict) => named(verdict, names))),
    notes: derived === undefined ? (options.notes ?? []) : [derived.note],
    restored,
    isKept,
    resumed: position !== undefined,
    get open() {
      const { open } = detector;
      return names === undefined ? open : open.map((incident) => namedIncident(incident, names));
    },
    owns,
    dimensions,
    detector: (key) => detector.detector(keyOf(key)),
    share: options.share ?? (() => undefined),
    takeFeedback: async (feedback) => {
      await applyFeedback(feedback);
      await saver.save();
      return {};
    },
    recallFeedback: async (feedback) => {
      if (!feedbackIds.recall(feedbackId(feedback))) await applyFeedback(feedback);
    },
    changed: () => saver.changed(),
    save: async () => {
      saver.changed();
      await saver.save();
    },
    close: async () => {
      try {
        await saver.save();
        const pending = derived?.events.pending ?? 0;
        if (pending > 0 && !isKept)
          log(`windows that have not ended are left out: ${counted(pending, 'event')}`);
      } finally {
        await detector.close();
        await options.close?.();
      }
    },
  };
}

/** What is made of the events of a source; the name of its values. @throws RxAnomalyError BAD_OPTION */
async function openDerived<E>(
  derivation: Derivation,
  { dimensions, detect: { onBadData } }: Pick<OpenDetectionOptions<E, unknown>, 'dimensions' | 'detect'>,
  command: string,
  { problems }: DetectionContext['counts'],
): Promise<{ readonly events: DerivedEvents<E>; readonly names: readonly string[]; readonly note: string }> {
  const { DerivedEvents } = await import('./derivedEvents.ts'); // only for who asks for it
  requireCounters(command, derivation, dimensions());
  const events = new DerivedEvents<E>(derivation, dimensions(), ({ kind, message }) => {
    if (onBadData === 'error') throw new RxAnomalyError('BAD_DATA', `${command}: ${message}`);
    problems.addLive(kind, message);
  });
  const names = derivedNames(dimensions(), derivation);
  const { resample } = derivation;
  const windows =
    resample && `one reading for ${resample.every / 1000} s of a stream, when its next event has come: `;
  return { events, names, note: `${windows ?? 'per second: '}${names.join(', ')}` };
}

/** The parts of a state that are not the detector's. @throws RxAnomalyError BAD_SNAPSHOT; the detector is then closed */
async function readParts<E, P>(
  detector: DurableDetector<E, Value>,
  path: string,
  readPosition: (saved: State) => P,
): Promise<{
  readonly position: P | undefined;
  readonly restored: { readonly [name: string]: State };
  readonly feedbackIds: readonly string[];
}> {
  const { position, extraState = {} } = detector;
  return await closedOnError(detector, () =>
    readOf(path, () => {
      const restored = fields(extraState);
      return {
        position: position === undefined ? undefined : readPosition(position),
        restored,
        feedbackIds: list('feedbackIds', restored.feedbackIds ?? []).map((id) => text('feedbackIds', id)),
      };
    }),
  );
}

async function closedOnError<E, T>(
  detector: DurableDetector<E, Value>,
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await detector.close();
    throw error;
  }
}

/** Where no state is kept none is taken. */
export const NOTHING: Captured = { capture: () => async () => {} };

/** A state may be saved once the verdicts that led to it are written. */
export function afterWriting(detector: Captured, { written }: Persistence): Captured {
  if (written === undefined) return detector;
  return {
    capture: () => {
      const save = detector.capture();
      return async (pause) => {
        await written();
        await save(pause);
      };
    },
  };
}

function named<E>(verdict: Detected<E>, names: StreamNames): Detected<E> {
  const { key, incident, ended } = verdict;
  return {
    ...verdict,
    key: names.nameOf(key),
    incident: incident === undefined ? undefined : namedIncident(incident, names),
    ended: ended.length === 0 ? ended : ended.map((each) => namedIncident(each, names)),
  };
}

/** Its first verdict stays the same object in all of them: by it an incident without times is known. */
function namedIncident<E>(incident: Incident<E, Value>, names: StreamNames): Incident<E, Value> {
  return { ...incident, key: names.nameOf(incident.key) };
}
