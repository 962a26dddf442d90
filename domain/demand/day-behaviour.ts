import { DEVICES, type Device } from "../messages/rows.ts";
import type { ActivityDay } from "./activity.ts";
import { COUNTED, type Counters } from "./counters.ts";

/** What shoppers did on one day: counters by hours since the day began, and by device. */
export interface DayBehaviour {
  start: number;
  hours: Map<number, Counters>;
  devices: Map<Device, Counters>;
}

/** What the text stands for; counters in the order of `COUNTED`, `s` = start of the day in ms. */
interface Packed {
  s: number;
  h: [hour: number, ...counters: number[]][];
  d: [device: number, ...counters: number[]][];
}

/** A day's counters as one short text, so that a day costs one row however many hours it has. */
export function packBehaviour({ start, hours, devices }: ActivityDay): string {
  const packed: Packed = {
    s: start,
    h: [...hours].sort(([a], [b]) => a - b).map(([hour, counters]) => [hour, ...counters]),
    d: DEVICES.flatMap((device, i) => (devices.has(device) ? [[i, ...devices.get(device)!]] : [])),
  };
  return JSON.stringify(packed);
}

/** The day's counters again. */
export function unpackBehaviour(text: string): DayBehaviour {
  const { s, h, d } = JSON.parse(text) as Packed;
  return {
    start: s,
    hours: new Map(h.map(([hour, ...counters]) => [hour, full(counters)])),
    devices: new Map(d.map(([device, ...counters]) => [DEVICES[device] ?? "unknown", full(counters)])),
  };
}

/** A day that was packed before something more was counted has less of it. */
function full(counters: number[]): Counters {
  return COUNTED.map((_, i) => counters[i] ?? 0);
}
