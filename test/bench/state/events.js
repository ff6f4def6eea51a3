/**
 * Event `t` of stream `k`: a wave with noise, a minute apart.
 *
 * @param {number} k
 * @param {number} t
 */
export function event(k, t) {
  const noise = ((t * 7919 + k * 104_729) % 997) / 997;
  return { key: `stream ${k}`, time: 1_700_000_000_000 + 60_000 * t, value: Math.sin(t / 9 + k) + noise };
}
