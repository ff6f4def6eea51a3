/** What a channel of evidence is called in a chart; one of the user's own keeps its name. */
const NAMES: Readonly<Record<string, string>> = {
  value: 'far from the mean',
  level: 'level',
  volatility: 'rougher',
  calm: 'calmer',
  outlier: 'distance from the forecast',
  'residual.0': 'distance from the forecast',
  'residual.1': 'distance from earlier forecasts',
  'residual.2': 'distance from earlier forecasts',
  novelty: 'new extreme',
  size: 'size of the pulse',
  cycle: 'season',
  stuck: 'stuck',
  duration: 'duration',
  joint: 'dimensions together',
};

export function channelName(channel: string): string {
  return Object.hasOwn(NAMES, channel) ? NAMES[channel]! : channel;
}
