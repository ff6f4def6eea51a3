import { notify } from './notice.ts';
import type { WireAction, WireFeedback } from './wire.ts';

/** Sends feedback, and shows what became of it. */
export async function sendFeedback(feedback: WireFeedback): Promise<void> {
  const thanks = {
    normal: 'Saved: similar values are suppressed in this stream from now on.',
    missed: 'Saved: the threshold of this stream is lower from now on.',
    clear: 'Undone: events are decided as if this had never been given.',
  }[feedback.kind];
  notify((await post('/feedback', feedback)) ?? thanks);
}

/** Sends an action. @param done shown when it is done */
export async function sendAction(action: WireAction, done: string): Promise<void> {
  notify((await post('/actions', action)) ?? done);
}

/** @returns why it failed */
async function post(path: string, body: object): Promise<string | undefined> {
  const headers = { 'Content-Type': 'application/json' };
  return await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }).then(
    async (answer) => (answer.ok ? undefined : `Not saved: ${await answer.text()}`),
    () => 'Not saved: the server does not answer.',
  );
}
