import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOT, readFolder } from './sourceFiles.ts';

/**
 * Words not to be used, with the field's word for each. A reader who knows RxJS, Keras or River should not stop at a
 * word.
 */
const WORDS: readonly (readonly [pattern: string, instead: string])[] = [
  ['judge|judged|judges|judging|judge?ment', 'detect, score, decide'],
  ['foretell|foretells|foretold|foretelling|foresee|foresees|foreseen', 'predict'],
  ['told|said|heard|heed|heeds|heeded', 'reported, called with, feedback'],
  ['besides?', 'next to, in addition to'],
  ['go on from|goes on from|going on from|gone on from|goOnFrom|goesOn', 'resume from'],
  ['by and by|what is odd|dearer', 'with time, what is unusual, needs more evidence'],
  ['breather|breathe', 'yieldToEventLoop'],
  ['hasten|hastened|hastens', 'boostLearningRate'],
  ['intake', 'reader'],
  ['lessons?', 'batch, sample'],
  ['dealings?|dealFolds|dealt', 'fold assignments'],
  ['knock-?outs?|knocked out|crippled', 'ablation, clamped'],
  ['forPeople', 'formatText, formatNumber'],
  ['untaken|surroundings', 'pending, context'],
  ['hindsight', 'oracle'],
  ['heldBack', 'discount'],
  ['news', 'changes'],
  ['for ever', 'forever'],
  ['NoForecaster', 'RunningMeanForecaster'],
  ['squash|squashes|squashed|unsquash', 'compress, expand'],
];

/** Places where such a word is right: `file` and a part of the line. */
const ALLOWED: readonly (readonly [file: string, line: string])[] = [];

/** Every use of such a word, as `file:line: word`. */
function uses(texts: ReadonlyMap<string, string>): string[] {
  const pattern = new RegExp(`(?<![\\w-])(?:${WORDS.map(([words]) => words).join('|')})(?![\\w])`, 'gi');
  return [...texts].flatMap(([file, text]) =>
    text.split('\n').flatMap((line, at) =>
      ALLOWED.some(([path, part]) => path === file && line.includes(part))
        ? []
        : [line, line.replace(/(?<=[a-z])(?=[A-Z])/g, ' ')]
            .flatMap((each) => [...each.matchAll(pattern)])
            .filter(([word], i, all) => all.findIndex(([other]) => other === word) === i)
            .map(([word]) => `${file}:${at + 1}: ${word}`),
    ),
  );
}

const documents = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'].map(
  (file) => [file, readFileSync(`${ROOT}${file}`, 'utf8')] as const,
);
const texts = new Map([
  ...documents,
  ...['src', 'test', 'examples'].flatMap((folder) =>
    ['.ts', '.js', '.md'].flatMap((extension) =>
      [...readFolder(folder, extension)]
        .filter(([path]) => path !== 'house/words.test.ts')
        .map(([path, text]) => [`${folder}/${path}`, text] as const),
    ),
  ),
]);

describe('the language of sources and documents', () => {
  it('is plain: no word of the list', () => {
    expect(texts.size).toBeGreaterThan(400);
    expect(uses(texts)).toEqual([]);
  });

  it.each(WORDS)('finds %s', (words) => {
    const [word] = words.replaceAll('?', '').split('|');
    expect(uses(new Map([['a.ts', `/** It is ${word} here. */`]]))).toEqual([`a.ts:1: ${word}`]);
  });

  it('is not deceived by other words', () => {
    expect(
      uses(
        new Map([['a.ts', 'threshold, household, besieged, unsaid, newsletter, breath of a tree, soldout']]),
      ),
    ).toEqual([]);
  });
});
