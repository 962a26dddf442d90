const FIRST_MS = 500;
const LAST_MS = 30_000;

/**
 * How long to wait before attempt number `attempt` (0 = the first retry): exponential with full jitter over
 * its upper half, so that clients dropped together do not come back together. `random` is uniform in [0, 1).
 */
export function reconnectDelay(attempt: number, random: number): number {
  const ceiling = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
