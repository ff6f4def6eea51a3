import { describe, expect, it } from 'vitest';
import { UpdateSchedule } from '../../../src/models/forecasters/updateSchedule.ts';

const STRIDE = 4;
const SETTLED = 0.001;

function scheduleAfter(events: number, schedule = new UpdateSchedule(STRIDE, SETTLED)): UpdateSchedule {
  for (let event = 0; event < events; event++) schedule.advance();
  return schedule;
}

/** Updates due at the next so many observations. */
function updates(schedule: UpdateSchedule, events: number): number {
  let due = 0;
  for (let event = 0; event < events; event++, schedule.advance()) if (schedule.isDue) due++;
  return due;
}

describe('UpdateSchedule', () => {
  it('lets the weights learn every `stride` events', () => {
    const schedule = scheduleAfter(0);
    const due: number[] = [];
    for (let event = 0; event < 12; event++, schedule.advance()) if (schedule.isDue) due.push(event);
    expect(due).toEqual([0, 4, 8]);
  });

  it('updates half as seldom again from event 2,000 on', () => {
    const schedule = scheduleAfter(1989);
    const due: number[] = [];
    for (let event = 1989; event < 2020; event++, schedule.advance()) if (schedule.isDue) due.push(event);
    expect(due).toEqual([1992, 1996, 2004, 2010, 2016]);
  });

  it('learns at five times the rate for 100 events, and then halves the excess every 150', () => {
    expect(scheduleAfter(0).rate).toBe(5 * SETTLED);
    expect(scheduleAfter(100).rate).toBe(5 * SETTLED);
    expect(scheduleAfter(250).rate).toBe(3 * SETTLED);
    expect(scheduleAfter(400).rate).toBe(2 * SETTLED);
    expect(scheduleAfter(10_000).rate).toBeCloseTo(SETTLED, 12);
  });

  it('once boosted learns at each of 200 events, at twice the rate, which settles as at the start', () => {
    const schedule = scheduleAfter(10_001);
    schedule.boostLearningRate();
    expect(schedule.rate).toBeCloseTo(2 * SETTLED, 12);
    expect(updates(schedule, 200)).toBe(200);
    expect(updates(schedule, 200)).toBe(33);
    expect(scheduleAfter(9600, schedule).rate).toBeCloseTo(SETTLED, 12);
  });

  it('is as eager as it was when it is boosted at the start', () => {
    const schedule = scheduleAfter(10);
    schedule.boostLearningRate();
    expect(schedule.rate).toBe(5 * SETTLED);
  });

  it('resumes from its state', () => {
    const schedule = scheduleAfter(300);
    schedule.boostLearningRate();
    schedule.drop();
    const resumed = scheduleAfter(0);
    resumed.state.set(schedule.state);
    expect([resumed.events, resumed.dropped, resumed.rate]).toEqual([300, 1, schedule.rate]);
    expect(updates(resumed, 300)).toBe(updates(schedule, 300));
  });
});
