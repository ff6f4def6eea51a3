import { describe, expect, it, vi } from 'vitest';
import { Backlog } from '../../src/clients/backlog.ts';

describe('a backlog', () => {
  it('has room as long as it is below its limit', () => {
    const backlog = new Backlog(3);
    backlog.add(2);
    const complete = vi.fn();
    backlog.room().subscribe({ complete });
    expect(complete).toHaveBeenCalledOnce();
  });

  it('lets those who wait continue as soon as there is room, once', () => {
    const backlog = new Backlog(3);
    backlog.add(5);
    const complete = vi.fn();
    backlog.room().subscribe({ complete });
    backlog.add(-2);
    expect(complete).not.toHaveBeenCalled();
    backlog.add(-1);
    backlog.add(-1);
    expect(complete).toHaveBeenCalledOnce();
    expect(backlog.size).toBe(1);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a limit of %s', (limit) => {
    expect(() => new Backlog(limit)).toThrow('Backlog: expected limit to be a positive integer');
  });
});
