import type { ChannelInput, EvidenceChannel } from './evidenceChannel.ts';

const LARGEST = 50; // standard deviations

/** How far the value is from the mean: what is unusual on any day and at any hour. */
export class ValueChannel implements EvidenceChannel {
  statistic({ z }: ChannelInput): number {
    return Math.min(LARGEST, Math.abs(z));
  }

  learn(): void {}

  carried(): Record<string, Float64Array> {
    return {};
  }
}
