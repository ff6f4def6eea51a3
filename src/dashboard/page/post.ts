import { notify } from './notice.ts';
import type { WireAction, WireFeedback, WireFeedbackAnswer } from './wire.ts';

/** Sends feedback, and shows what became of it. */
export async function sendFeedback(feedback: WireFeedback): Promise<void> {
  const thanks = {
    normal: 'Saved: similar values are suppressed in this stream from now on.',
    missed: 'Saved: the threshold of this stream is lower from now on.',
    clear: 'Undone: events are decided as if this had never been given.',
  }[feedback.kind];
  const answer = await post('/feedback', feedback);
  const isWaiting = typeof answer !== 'string' && (answer as WireFeedbackAnswer).waiting;
  if (typeof answer === 'string') notify(answer);
  else notify(isWaiting ? 'Sent to the worker that has this stream, which is still to apply it.' : thanks);
}

/** Sends an action. @param done shown when it is done */
export async function sendAction(action: WireAction, done: string): Promise<void> {
  const answer = await post('/actions', action);
  notify(typeof answer === 'string' ? answer : done);
}

/** @returns the answer; or why it failed, as text */
async function post(path: string, body: object): Promise<object | string> {
  const headers = { 'Content-Type': 'application/json' };
  return await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }).then(
    async (answer) => (answer.ok ? ((await answer.json()) as object) : `Not saved: ${await answer.text()}`),
    () => 'Not saved: the server does not answer.',
  );
}
