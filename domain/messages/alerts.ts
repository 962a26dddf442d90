/** Where an alert can be sent. */
export const CHANNEL_KINDS = ["email", "slack", "teams", "discord", "telegram", "webhook"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** Which way a price has to have gone. */
export const DIRECTIONS = ["both", "rise", "fall"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** What happened, as an alert tells it. Prices are decimal strings in `currency`. */
export interface AlertItem {
  rule: { id: string; name: string };
  /** the event */
  seq: number;
  /** ms */
  at: number;
  /** the signal's type, or the event's */
  type: string;
  sku: string | null;
  title: string | null;
  competitor: string | null;
  /** 1 is the most urgent; null = it has none */
  priority: number | null;
  /** 0..1 */
  severity: number;
  text: string;
  oldPrice: string | null;
  newPrice: string | null;
  ownPrice: string | null;
  currency: string | null;
  /** of the dashboard's page about it */
  path: string;
}

/** Stands for alerts that are not sent one by one; it never holds more than its most urgent ones. */
export interface AlertDigest {
  total: number;
  byType: Record<string, number>;
  byRule: Record<string, number>;
  /** the most urgent, the first of them first */
  top: AlertItem[];
  /** ms, of the first and the last */
  from: number;
  to: number;
}
