import type { Incident, Value } from '../../../core/reading.ts';
import { readSavedIncident, saveIncident } from '../../../dashboard/savedIncident.ts';
import { type Snapshot, seal, unseal } from '../../../models/snapshot/snapshot.ts';
import { asJson, count, fields, list, nullOr, type State, text } from '../../../models/snapshot/state.ts';
import type { Persistence } from '../persistence.ts';
import { readOf, requireSameConfig } from '../runConfig.ts';

type Open = readonly { readonly incident: Incident<unknown, Value>; readonly quiet: number }[];

/** Of the state in its store, and its kind. */
const [NAME, KIND] = ['verdicts', 'ShownVerdicts'] as const;

/** How far the verdicts of workers were shown, for a later run. */
export class ViewState {
  static readonly NAME: string = NAME;
  /** By partition, the last append that was shown. */
  readonly revisions: (string | undefined)[];
  readonly open: Open;
  /** Of a LoggedFeedback. */
  readonly feedback: State | undefined;
  readonly restored: { readonly [name: string]: State };
  readonly isResumed: boolean;
  readonly #config: { readonly given: { readonly verdicts: string } };

  private constructor(verdicts: string, saved: Snapshot | undefined) {
    this.#config = { given: { verdicts } };
    this.isResumed = saved !== undefined;
    const parts =
      saved && fields(unseal(saved, KIND, 1, this.#config), ['revisions', 'open', 'restored'], ['feedback']);
    this.revisions = list('revisions', parts?.revisions ?? []).map((each) => nullOr('revisions', each, text));
    this.open = list('open', parts?.open ?? []).map((each) => {
      const { incident, quiet } = fields(each, ['incident', 'quiet']);
      return { incident: readSavedIncident(incident), quiet: count('quiet', quiet) };
    });
    this.feedback = parts?.feedback;
    this.restored = parts === undefined ? {} : fields(parts.restored);
  }

  /** @throws RxAnomalyError BAD_SNAPSHOT where the state is of other workers, or damaged */
  static async open(verdicts: string, persistence: Persistence): Promise<ViewState> {
    const saved = await persistence.peek(NAME);
    const path = persistence.path(NAME);
    if (saved !== undefined) requireSameConfig(path, saved, { verdicts });
    return readOf(path, () => new ViewState(verdicts, saved));
  }

  /**
   * @param feedback of a LoggedFeedback
   * @param extra what else belongs to it
   */
  seal(open: Open, feedback: State, extra: { readonly [name: string]: State }): Snapshot {
    return seal(KIND, 1, this.#config, {
      revisions: Array.from(this.revisions, (each) => each ?? null),
      open: open.map(({ incident, quiet }) => asJson({ incident: saveIncident(incident), quiet })),
      feedback,
      restored: { ...this.restored, ...extra },
    });
  }
}
