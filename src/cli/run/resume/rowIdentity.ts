import { hash } from 'node:crypto';
import type { CsvRow } from '../../../sources/index.ts';

/** Identifies the cells of a row that are read: 96 bits of a hash, so that long cells cost no more than short ones. */
export function rowIdentity({ key, text }: CsvRow): string {
  return shortHash([text.time, key ?? '', ...text.value].join('\u001f'));
}

/** 16 characters. */
export function shortHash(text: string): string {
  return hash('sha256', text, 'base64').slice(0, 16);
}
