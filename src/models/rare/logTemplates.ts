import { badSnapshot, count, fields, list, type State, text } from '../snapshot/state.ts';

/** In the place of what differs from line to line. */
export const WILDCARD = '<*>';

const LONGEST = 4096; // characters of a line that are read
const MOST_WORDS = 64; // what comes after them is one word more
const MOST_FIRST = 100; // first words that have a branch of their own, of lines of as many words,
const MOST_SECOND = 16; // and second words: where there are more, they are names, which templates leave out
const MANY = ''; // in the place of words of which there are many
const ALIKE = 0.5; // share of a line's words that are in its template

/** Numbers and what is made of them: times, addresses, versions; `0x1f`, UUIDs, long hexadecimal numbers. */
const NUMBERS =
  /\b0x[\da-f]+\b|\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b|\b(?=[a-f]*\d)[\da-f]{8,}\b|[-+]?\d+(?:[.,:/T-]+\d+)*/gi;

/** A word of several numbers, such as a version. */
const SEVERAL = /<\*>.*<\*>/;

/** A line with `<*>` in the place of each number: `disk sda1 at 93 %` becomes `disk sda<*> at <*> %`. */
export function withoutNumbers(line: string): string {
  return line.slice(0, LONGEST).replace(NUMBERS, WILDCARD);
}

interface Template {
  readonly id: number;
  words: string[];
  readonly branch: string;
}

/**
 * Finds the templates of log lines: the words that lines of one kind have in common. Lines of as many words with the same first
 * two are compared with the templates so far, and a template keeps the words that all of its lines share (Drain, a tree of
 * fixed depth: He, Zhu, Zheng & Lyu, ICWS 2017). Its number stays while its words become fewer.
 */
export class LogTemplates {
  readonly #onMerge: (from: number, to: number) => void;
  #branches: Map<string, Template[]> = new Map();
  #words: Map<string, Set<string>> = new Map(); // words that have a branch of their own, by the branch that they are in
  #templates: Map<number, Template> = new Map();
  #byText: Map<string, Template> = new Map(); // most lines are as one before
  #next = 0;

  /** @param onMerge called where template `from` has become one with `to` */
  constructor(onMerge: (from: number, to: number) => void = () => {}) {
    this.#onMerge = onMerge;
  }

  /** The number of a line's template, which is made where none is like it. */
  add(line: string): number {
    const words = wordsOf(line);
    const known = this.#byText.get(words.join(' '));
    return known?.id ?? this.#add(words, this.#branchOf(words));
  }

  #add(words: string[], branch: string, id?: number): number {
    const templates = this.#branches.get(branch) ?? [];
    let best: Template | undefined;
    let most = 0;
    for (const each of words.length === 1 ? [] : templates) {
      const alike = likeness(each.words, words);
      if (alike >= ALIKE && alike > most) [best, most] = [each, alike];
    }
    if (best !== undefined) {
      this.#dropText(best);
      best.words = best.words.map((word, at) => (word === words[at] ? word : WILDCARD));
      this.#byText.set(best.words.join(' '), best);
      return best.id;
    }
    const made = { id: id ?? this.#next++, words, branch };
    if (templates.push(made) === 1) this.#branches.set(branch, templates);
    this.#templates.set(made.id, made);
    this.#byText.set(words.join(' '), made);
    return made.id;
  }

  /** The words of a template: `connection from <*> closed`. Empty for one that was forgotten. */
  textOf(id: number): string {
    return this.#templates.get(id)?.words.join(' ') ?? '';
  }

  get size(): number {
    return this.#templates.size;
  }

  forget(id: number): void {
    const template = this.#templates.get(id);
    if (template === undefined) return;
    this.#templates.delete(id);
    this.#dropText(template);
    const left = this.#branches.get(template.branch)?.filter((each) => each !== template) ?? [];
    if (left.length > 0) this.#branches.set(template.branch, left);
    else this.#branches.delete(template.branch);
  }

  save(): State {
    const templates = [...this.#templates.values()].map(({ id, words, branch }) => ({ id, words, branch }));
    const words = [...this.#words].map(([place, known]) => ({ place, words: [...known] }));
    return { templates, words, next: this.#next };
  }

  /** Takes back what `save` gave. @throws RxAnomalyError BAD_SNAPSHOT */
  resume(saved: State | undefined): void {
    const state = fields(saved, ['templates', 'words', 'next']);
    this.#next = count('next', state.next);
    this.#branches = new Map();
    this.#words = new Map();
    this.#templates = new Map();
    this.#byText = new Map();
    for (const each of list('words', state.words)) {
      const { place, words } = fields(each, ['place', 'words']);
      const known = list('words', words).map((word) => text('words', word));
      this.#words.set(text('place', place), new Set(known));
    }
    for (const each of list('templates', state.templates)) {
      const parts = fields(each, ['id', 'words', 'branch']);
      const words = list('words', parts.words).map((word) => text('words', word));
      const template = { id: count('id', parts.id), words, branch: text('branch', parts.branch) };
      if (template.id >= this.#next || this.#templates.has(template.id))
        throw badSnapshot('snapshot: the number of a template is there twice, or was never given');
      this.#templates.set(template.id, template);
      this.#byText.set(words.join(' '), template);
      const others = this.#branches.get(template.branch);
      if (others !== undefined) others.push(template);
      else this.#branches.set(template.branch, [template]);
    }
  }

  /** Where lines of as many words with the same first two are, numbers aside: they often begin with their time. */
  #branchOf(words: readonly string[]): string {
    const [first = WILDCARD, second = WILDCARD] = words.filter((word) => !word.includes(WILDCARD));
    const place = this.#within(`${words.length}`, first, MOST_FIRST);
    const branch = this.#within(place, second, MOST_SECOND);
    const seconds = this.#words.get(place)!;
    if (branch === `${place} ${MANY}` && !seconds.has(MANY)) {
      for (const word of seconds) this.#moveAll(`${place} ${word}`, branch);
      this.#words.set(place, new Set([MANY]));
    }
    return branch;
  }

  /** A branch of its own for a word, as long as there are few. */
  #within(place: string, word: string, most: number): string {
    const known = this.#words.get(place) ?? new Set();
    this.#words.set(place, known);
    if (known.has(MANY) || (!known.has(word) && known.size >= most)) return `${place} ${MANY}`;
    known.add(word);
    return `${place} ${word}`;
  }

  /** Adds the templates of a branch to those of another, where some become one. */
  #moveAll(from: string, to: string): void {
    const templates = this.#branches.get(from) ?? [];
    this.#branches.delete(from);
    for (const template of templates) {
      const { id, words } = template;
      this.#templates.delete(id);
      this.#dropText(template);
      const now = this.#add(words, to, id);
      if (now !== id) this.#onMerge(id, now);
    }
  }

  /** Two templates may have come to the same text: then the later one is found by it. */
  #dropText(template: Template): void {
    const text = template.words.join(' ');
    if (this.#byText.get(text) === template) this.#byText.delete(text);
  }
}

function wordsOf(line: string): string[] {
  const words = withoutNumbers(line)
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => (SEVERAL.test(word) ? WILDCARD : word));
  if (words.length <= MOST_WORDS) return words;
  return [...words.slice(0, MOST_WORDS), WILDCARD];
}

/** Share of a line's words, numbers aside, that the template has; 1 for a line without such words. */
function likeness(template: readonly string[], words: readonly string[]): number {
  let all = 0;
  let same = 0;
  for (let at = 0; at < words.length; at++) {
    if (words[at] === WILDCARD) continue;
    all++;
    if (template[at] === words[at]) same++;
  }
  return all === 0 ? 1 : same / all;
}
