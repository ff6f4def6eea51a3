import { formatNumber } from '../../../charts/formatNumber.ts';
import { formatOdds } from '../../../charts/formatOdds.ts';
import { pageTimeZone } from '../../../charts/formatTime.ts';
import { make, setText } from '../dom.ts';
import { showName, UNNAMED } from '../streamName.ts';
import type { WireAction, WireFeedback, WireIncident, WireStream } from '../wire.ts';
import { lengthOf, reasonOf, whenOf } from './incidentText.ts';

/** What can be done about an incident. */
export interface IncidentActions {
  readonly jump: (incident: WireIncident) => void;
  readonly feedback: (feedback: WireFeedback) => void;
  /** @param done what is shown when it is done */
  readonly act: (action: WireAction, done: string) => void;
  /** Mutes the stream of an incident, for an hour or until the next morning. */
  readonly mute: (incident: WireIncident, length: 'hour' | 'morning') => void;
}

const LONGEST_NOTE = 500; // characters, as the server takes them
const NAMES = { normal: 'marked normal', missed: 'marked an anomaly' } as const;
const COLUMNS = 6;

/** The keys that do in a row what its buttons do, by the classes of these. */
export const ROW_KEYS: Readonly<Record<string, string>> = {
  n: '.normal',
  m: '.missed',
  u: '.undo',
  a: '.acknowledge',
  e: '.more',
  h: '.mute-hour',
  '8': '.mute-morning',
};

/** An incident in the list: a line, and what can be done about it when that is opened. */
export class IncidentRow {
  readonly element: HTMLTableSectionElement = make('tbody');
  readonly #actions: IncidentActions;
  #incident: WireIncident;
  #details: HTMLTableRowElement | undefined;
  readonly #cells: readonly HTMLElement[];
  readonly #note: HTMLElement = make('span', 'note-text');
  readonly #mark: HTMLElement = make('span', 'mark');
  readonly #buttons: Readonly<
    Record<'undo' | 'normal' | 'missed' | 'acknowledge' | 'more', HTMLButtonElement>
  >;

  /** @param acceptsFeedback whether there are buttons for it */
  constructor(incident: WireIncident, actions: IncidentActions, acceptsFeedback: boolean) {
    this.#incident = incident;
    this.#actions = actions;
    this.element.dataset.id = String(incident.id);
    const jump = button('zoom', '', () => actions.jump(this.#incident));
    jump.title = 'Show in the chart';
    const cells = ['from', 'name', 'severity', 'lasts', 'value', 'reason', 'say'].map((name) =>
      make('td', name),
    );
    this.#cells = cells;
    const [from, name, severity, , value, reason, say] = cells;
    from!.append(jump);
    name!.append(make('div'), this.#note);
    severity!.append(make('i'), make('span'));
    value!.append(make('span'), ' ', make('span', 'muted'));
    const feedback = (kind: WireFeedback['kind']) => (): void =>
      actions.feedback({ kind, incident: incident.id } as WireFeedback);
    this.#buttons = {
      normal: button('normal', 'This is normal', feedback('normal')),
      missed: button('missed', 'This is an anomaly', feedback('missed')),
      undo: button('undo', 'Undo', feedback('clear')),
      acknowledge: button('acknowledge', 'Acknowledge', () => this.#acknowledge()),
      more: button('more', 'Note, mute', () => this.#toggle()),
    };
    const { normal, missed, undo, acknowledge, more } = this.#buttons;
    const [one, other] = [make('div', 'line'), make('div', 'line')];
    if (acceptsFeedback) one.append(this.#mark, undo, normal, missed);
    other.append(acknowledge, more);
    more.setAttribute('aria-expanded', 'false');
    say!.append(one, other);
    const [row, why] = [make('tr'), make('tr', 'why')];
    // The reason has a line of its own: a column would be narrow and many lines tall.
    row.append(...cells.filter((cell) => cell !== reason));
    why.append(reason!);
    (reason as HTMLTableCellElement).colSpan = COLUMNS - 1;
    (say as HTMLTableCellElement).rowSpan = 2;
    this.element.append(row, why);
  }

  get incident(): WireIncident {
    return this.#incident;
  }

  /** Cells are updated in place, so that a focused button keeps the focus. @param prefix of all names, which is left out */
  show(incident: WireIncident, stream: WireStream | undefined, prefix: string): void {
    this.#incident = incident;
    const [from, name, severity, lasts, value, reason] = this.#cells;
    const worst = incident.dimension;
    setText(from!.firstElementChild!, whenOf(incident));
    showName(name!.firstElementChild as HTMLElement, stream?.name ?? UNNAMED, prefix);
    severity!.firstElementChild!.className = `key dot ${incident.severity}`;
    setText(severity!.lastElementChild!, incident.kind === 'absence' ? 'silence' : incident.severity);
    setText(lasts!, `${lengthOf(incident)}${incident.open ? ', ongoing' : ''}`);
    const isRare = incident.category !== null;
    const show = isRare ? formatOdds : formatNumber;
    setText(value!.firstElementChild!, show(incident.value[worst] ?? Number.NaN));
    setText(value!.lastElementChild!, isRare ? '' : `(${show(incident.expected[worst] ?? Number.NaN)})`);
    setText(reason!, reasonOf(incident, pageTimeZone()));
    setText(this.#note, incident.note);
    this.#note.hidden = incident.note === '';
    this.element.classList.toggle('open', incident.open);
    this.element.classList.toggle('acknowledged', incident.acknowledged);
    this.#showActions(incident);
  }

  /** Opens the details, or closes them. */
  #toggle(): void {
    const isOpen = this.#details === undefined;
    this.#buttons.more.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) {
      this.#details = this.#makeDetails();
      this.element.append(this.#details);
      this.#details.querySelector('textarea')!.focus({ preventScroll: true });
      this.#details.querySelector('.details')!.scrollIntoView({ block: 'nearest' }); // its buttons, too
    } else {
      this.#details?.remove();
      this.#details = undefined;
      this.#buttons.more.focus();
    }
  }

  #showActions({ kind, feedback, waiting, refused, acknowledged }: WireIncident): void {
    const { normal, missed, undo, acknowledge } = this.#buttons;
    // Hidden ones lose the focus: it goes to what takes their place.
    const hadFocus = [normal, missed, undo].includes(document.activeElement as HTMLButtonElement);
    const given = feedback === null ? '' : NAMES[feedback];
    const pending = waiting ? `${given || 'undone'}, not applied yet` : given;
    setText(this.#mark, refused === '' ? pending : `feedback was refused: ${refused}`);
    normal.hidden = kind === 'absence' || feedback !== null; // there is no value to mark
    missed.hidden = feedback !== 'normal';
    undo.hidden = feedback === null;
    if (hadFocus && (document.activeElement as HTMLElement).hidden)
      (feedback === null ? normal : undo).focus();
    setText(acknowledge, acknowledged ? 'Acknowledged' : 'Acknowledge');
    acknowledge.setAttribute('aria-pressed', String(acknowledged));
  }

  #acknowledge(): void {
    const on = !this.#incident.acknowledged;
    const { id } = this.#incident;
    this.#actions.act(
      { kind: 'acknowledge', incident: id, on },
      on ? 'Acknowledged.' : 'No longer acknowledged.',
    );
  }

  #makeDetails(): HTMLTableRowElement {
    const { id } = this.#incident;
    const text = make('textarea');
    text.maxLength = LONGEST_NOTE;
    text.rows = 2;
    text.value = this.#incident.note;
    const label = make('label', '', 'Note (Enter saves, Shift and Enter starts a line) ');
    label.append(text);
    const save = (): void => {
      this.#actions.act({ kind: 'note', incident: id, text: text.value.trim() }, 'The note is saved.');
      this.#toggle();
    };
    text.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#toggle();
      else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        save();
      }
    });
    const mute = (name: string, title: string, length: 'hour' | 'morning'): HTMLButtonElement => {
      const made = button(name, title, () => this.#actions.mute(this.#incident, length));
      made.title = 'No alerts of this stream until then; its incidents are shown as ever';
      return made;
    };
    const cell = make('td');
    cell.colSpan = COLUMNS;
    const box = make('div', 'details');
    box.append(
      label,
      button('save', 'Save', save),
      mute('mute-hour', 'Mute the stream for an hour', 'hour'),
      mute('mute-morning', `Mute it until 08:00 (${pageTimeZone()})`, 'morning'),
    );
    cell.append(box);
    const row = make('tr', 'more-row');
    row.append(cell);
    return row;
  }
}

function button(name: string, text: string, onClick: () => void): HTMLButtonElement {
  const made = make('button', name, text);
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
}
