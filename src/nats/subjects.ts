/** The events of a fleet, as their senders name them: `readings.*`. Each `*` is a part of the key. */
export class Subjects {
  readonly pattern: string;
  readonly partitions: number;
  /** Of the streams of a log whose server maps subjects to partitions. */
  readonly prefix: string;
  readonly #tokens: readonly string[];
  /** What is before, between and after the `*`. */
  readonly #fixed: readonly string[];

  constructor(pattern: string, partitions: number, name: string) {
    this.pattern = pattern;
    this.partitions = partitions;
    this.prefix = `${name}-in`;
    this.#tokens = pattern.split('.');
    this.#fixed = pattern.split('*');
  }

  /** The partition of a subject, as the function `partition(n, 1, …)` of the server has it: FNV-1a of what the `*` stand for. */
  partitionOf(subject: string): number {
    let hash = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(this.#wild(subject).join('')))
      hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    return hash % this.partitions;
  }

  /** Where the server's mapping puts a subject. */
  mapped(subject: string): string {
    return [this.prefix, this.partitionOf(subject), ...this.#wild(subject)].join('.');
  }

  /** The subject that was mapped to this one. */
  original(mapped: string): string {
    // For each message: what the `*` stand for is cut out, and no lists are made.
    let at = mapped.indexOf('.', this.prefix.length + 1) + 1;
    let subject = '';
    for (let k = 0; k < this.#fixed.length; k++) {
      subject += this.#fixed[k];
      if (k === this.#fixed.length - 1) break;
      const end = mapped.indexOf('.', at);
      subject += end < 0 ? mapped.slice(at) : mapped.slice(at, end);
      at = end + 1;
    }
    return subject;
  }

  /** All subjects that the mapping puts into a partition. */
  inPartition(partition: number): string {
    return [this.prefix, partition, ...this.#tokens.filter((token) => token === '*')].join('.');
  }

  /** The line for the server's configuration, without which it cannot map. */
  get mapping(): string {
    const numbers = this.#tokens.filter((token) => token === '*').map((_, k) => k + 1);
    const wild = numbers.map((k) => `{{wildcard(${k})}}`);
    const partition = `{{partition(${this.partitions},${numbers.join(',')})}}`;
    return `mappings { "${this.pattern}": "${[this.prefix, partition, ...wild].join('.')}" }`;
  }

  /** The subject of a key: the key itself where the pattern takes it, else the pattern with the key in the place of its `*`. */
  of(key: string): string {
    if (this.#takes(key)) return key;
    const token = encodeURIComponent(key).replaceAll('.', '%2E').replaceAll('*', '%2A') || '_';
    return this.#tokens.map((each) => (each === '*' ? token : each)).join('.');
  }

  #takes(subject: string): boolean {
    const tokens = subject.split('.');
    return (
      tokens.length === this.#tokens.length &&
      this.#tokens.every((each, k) => each === tokens[k] || (each === '*' && /^[^\s*>]+$/.test(tokens[k]!)))
    );
  }

  #wild(subject: string): string[] {
    return subject.split('.').filter((_, k) => this.#tokens[k] === '*');
  }
}
