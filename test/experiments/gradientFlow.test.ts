import { describe, expect, it } from 'vitest';
import { study } from './episodes.js';
import { gradientByLag } from './gradientFlow.js';
import { recall } from './tasks.js';

const task = recall(100);

describe('the gradient that comes back', () => {
  it.each([1, 2])('over 50 and 100 events is orders of magnitude smaller in an RNN (seed %i)', (seed) => {
    const [lstm, rnn] = (['lstm', 'rnn'] as const).map((cell) => {
      const student = { cell, hidden: 8, forgetBias: 5 };
      return gradientByLag(task, student, seed, study(task, student, 300, seed).parameters.flat);
    });
    // Of eight seeds 1e-8 to .05, and 1e-20 to 2e-6.
    expect(rnn[50] / lstm[50]).toBeLessThan(0.1);
    expect(rnn[100] / lstm[100]).toBeLessThan(1e-5);
    expect(lstm[100]).toBeGreaterThan(1e-2);
  });
});
