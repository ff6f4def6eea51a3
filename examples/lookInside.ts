// What the network remembers of a stream, which gate it needs, and an incident in words.
import { InspectedForecaster, StreamInspection, seasonPhase } from 'rx-anomaly/inspect';

// A daily cycle of 48 readings with a faster one on top: one reading does not tell where in them it lies.
const readings = Array.from({ length: 1500 }, (_, t) => {
  const noise = 0.1 * Math.sin(7 * t * t);
  return t === 1200
    ? 31
    : 20 + 3 * Math.sin((2 * Math.PI * t) / 48) + Math.sin((2 * Math.PI * t) / 12) + noise;
});

const inspection = new StreamInspection<number>({
  hidden: 8,
  lags: 0, // no past values are fed, so what is not remembered is lost
  calendar: false,
  quantities: [seasonPhase(48)],
});
for (const reading of readings) inspection.process(reading);
const { units, ablation, probes, explanations } = inspection.finish();

const [longest] = units;
console.log(
  `unit ${longest.unit + 1} remembers longest: half is left after ${longest.halfLife.toFixed(1)} readings`,
);
for (const { clamped, relativeError } of ablation.slice(1)) {
  console.log(`${clamped?.gate} gate clamped at ${clamped?.at}: ${relativeError.toFixed(2)} times the error`);
}
for (const { name, fromState, fromInputs } of probes) {
  console.log(`${name}: R² ${fromState.toFixed(2)} from the state, ${fromInputs.toFixed(2)} from the inputs`);
}
for (const { text } of explanations) console.log(text);

// Or event by event: the gates of every unit, right after it was shown a reading.
const forecaster = new InspectedForecaster({ dimensions: 1, hidden: 8 });
for (const reading of readings) forecaster.learn({ time: undefined, value: [reading], imputed: false }, 1);
const [{ forget, halfLife }] = forecaster.gates;
console.log(
  `now ${[...forget].map((f, unit) => `${f.toFixed(2)} (${halfLife[unit].toFixed(1)})`).join(' ')}`,
);
