/// <reference lib="dom" />
import { alerts, detectAnomalies, loadEngine } from 'rx-anomaly';
import { bufferTime, filter, fromEvent, map, mergeMap, share } from 'rxjs';
import type { Message } from './messages.ts';
import type { SensorEvent } from './sensors.ts';

const send = (message: Message): void => self.postMessage(message);

const verdicts = fromEvent<MessageEvent<readonly SensorEvent[]>>(self, 'message').pipe(
  mergeMap(({ data }) => data),
  detectAnomalies({
    key: ({ sensor }) => sensor,
    value: ({ celsius }) => celsius,
    onProblem: ({ message }) => send({ kind: 'problem', text: message }),
  }),
  share(),
);

// Sixty drawings a second are enough for any number of events.
verdicts
  .pipe(
    map(({ event, value, lower, upper, isAnomaly }) => ({ ...event, value, lower, upper, isAnomaly })),
    bufferTime(16),
    filter((points) => points.length > 0),
  )
  .subscribe((points) => send({ kind: 'points', points }));

verdicts.pipe(alerts()).subscribe(({ phase, incident: { key, start, severity, peak } }) => {
  const { value, expected } = peak;
  const incident = { phase, sensor: key ?? '', start: start ?? 0, severity, value, expected };
  send({ kind: 'incident', incident });
});

// Detection would compile WebAssembly at its first event; this one only tells the page which engine it is.
send({ kind: 'engine', engine: await loadEngine() });
