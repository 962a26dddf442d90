/** Where the classes of sizes begin, in per cent; the last is open. */
const STARTS = [0, 2, 5, 10, 15, 20, 30] as const;

interface SizeClass {
  label: string;
  up: number;
  down: number;
}

/**
 * How many movements were how large, up and down.
 *
 * @param changes in per cent
 * @example movementSizes([3, -4, 40]) // "2 to 5": 1 up, 1 down; "over 30": 1 up
 */
export function movementSizes(changes: readonly number[]): SizeClass[] {
  return STARTS.map((from, i) => {
    const to = STARTS[i + 1] ?? Number.POSITIVE_INFINITY;
    const inside = changes.filter((change) => Math.abs(change) >= from && Math.abs(change) < to);
    return {
      label: to === Number.POSITIVE_INFINITY ? `over ${from}` : `${from} to ${to}`,
      up: inside.filter((change) => change > 0).length,
      down: inside.filter((change) => change < 0).length,
    };
  });
}
