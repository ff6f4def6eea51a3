import { linesOf, wholeLines } from '../../clients/influx/parseLines.ts';

/** The lines of standard input, as many at a time as have come; a text with line breaks in it is not cut. */
export async function* standardInputLines(signal: AbortSignal): AsyncGenerator<string[], void, undefined> {
  const { stdin } = process;
  const leave = (): void => void stdin.destroy();
  signal.addEventListener('abort', leave, { once: true });
  let rest = '';
  try {
    for await (const chunk of stdin.setEncoding('utf8')) {
      rest += chunk as string;
      const whole = wholeLines(rest);
      rest = rest.slice(whole.length);
      if (whole !== '') yield [...linesOf(whole)].filter((line) => line !== '');
    }
  } catch (error) {
    if (!signal.aborted) throw error; // destroyed by ourselves
  } finally {
    signal.removeEventListener('abort', leave);
  }
  if (rest.trim() !== '' && !signal.aborted) yield [rest.trim()];
}
