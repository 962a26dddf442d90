import type { Direction } from "../../messages/alerts.ts";

/** Times of the day at which nothing is sent: `from` may be later than `to`, over midnight. By the install's clock. */
export interface QuietHours {
  /** `22:00` */
  from: string;
  to: string;
}

/** Which events are alerts, and when they are sent. Without a condition every event of its types is one. */
export interface AlertRule {
  id: string;
  name: string;
  enabled: boolean;
  /** names of signals, event types, families such as `price.*` */
  types: string[];
  category: string | null;
  brand: string | null;
  competitor: string | null;
  /** a part of the SKU or of the title */
  query: string | null;
  /** signals: at least as urgent as this (1 is the most urgent) */
  minPriority: number | null;
  direction: Direction;
  /** the price has to have changed by at least so many per cent of what it was */
  minPct: number | null;
  /** or by at least so much, in units of its currency */
  minAmount: number | null;
  /** a fall has to reach this price or less, a rise this or more; in units of its currency */
  level: number | null;
  /** the next alert about the same thing needs a price that differs by so many per cent from the last one told of */
  rearmPct: number | null;
  /** and has to be so long after it */
  coolDownMinutes: number;
  quietHours: QuietHours | null;
  /** collect alerts into one message */
  digest: "hourly" | "daily" | null;
  /** ids */
  channels: string[];
}
