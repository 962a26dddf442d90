import { DEVICES, type Device } from "../messages/rows.ts";

/** What of an event says who looked, and with what. */
interface Visit {
  /** hash of the session */
  visitor: number;
  /** ms */
  at: number;
  device: Device;
}

/** Sessions that did anything in a window, and those of each device; a session that changes its device counts for both. */
export interface WindowVisitors {
  visitors: number;
  devices: Record<Device, number>;
}

/**
 * How many sessions were there in each window. A session counts once in a window, however much it did.
 *
 * @param starts of the windows, ms, ascending; a window ends where the next begins, and with the last event
 * @example two views of one session in an hour // visitors 1
 */
export function windowVisitors(starts: readonly number[], visits: readonly Visit[]): WindowVisitors[] {
  const seen = starts.map(() => new Map(DEVICES.map((device) => [device, new Set<number>()])));
  let window = 0;
  for (const { visitor, at, device } of [...visits].sort((a, b) => a.at - b.at)) {
    while (window + 1 < starts.length && at >= starts[window + 1]!) window += 1;
    if (window < starts.length && at >= starts[window]!) seen[window]!.get(device)!.add(visitor);
  }
  return seen.map((byDevice) => {
    const everybody = new Set([...byDevice.values()].flatMap((visitors) => [...visitors]));
    const counted = DEVICES.map((device) => [device, byDevice.get(device)!.size] as const);
    return { visitors: everybody.size, devices: Object.fromEntries(counted) as Record<Device, number> };
  });
}
