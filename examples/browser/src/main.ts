/// <reference lib="dom" />
import { bufferTime, filter } from 'rxjs';
import { SensorChart } from './chart.ts';
import type { Message } from './messages.ts';
import { sensorEvents } from './sensors.ts';

const element = (id: string): HTMLElement => document.getElementById(id)!;
const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
const charts = new Map<string, SensorChart>();
let count = 0;

worker.addEventListener('message', ({ data }: MessageEvent<Message>) => {
  switch (data.kind) {
    case 'engine':
      element('engine').textContent = data.engine;
      return;
    case 'problem':
      element('problems').textContent = data.text;
      return;
    case 'points': {
      for (const sensor of new Set(data.points.map((point) => point.sensor))) {
        const chart = charts.get(sensor) ?? new SensorChart(sensor, element('charts'));
        charts.set(sensor, chart);
        chart.add(data.points.filter((point) => point.sensor === sensor));
      }
      count += data.points.length;
      element('count').textContent = String(count);
      return;
    }
    case 'incident': {
      const { phase, sensor, start, severity, value, expected } = data.incident;
      if (phase === 'ended') return;
      const item = document.createElement('li');
      const when = new Date(start).toISOString().slice(0, 16).replace('T', ' ');
      item.textContent = `${when}  ${sensor}: ${value.toFixed(1)} °C, expected ${expected.toFixed(1)} (${severity})`;
      element('incidents').prepend(item);
    }
  }
});

const speed = Number(new URL(location.href).searchParams.get('speed') ?? 100);
sensorEvents(speed)
  .pipe(
    bufferTime(50),
    filter((events) => events.length > 0),
  )
  .subscribe((events) => worker.postMessage(events));
