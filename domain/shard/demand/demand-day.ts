import type { DemandDayState } from "../../messages/present.ts";

/** A day of demand and the row that set it. A row received earlier than that one changes nothing. */
export interface DemandDay extends Omit<DemandDayState, "day" | "behaviour"> {
  /** the row that counts, or the last one that repeated it; null = the day is the sum of its events */
  post: DemandPost | null;
  /** tags of the rows that repeated the day, so that they get the same verdict again */
  repeats: number[];
}

/** What decides which of several rows for a day counts. */
export interface DemandPost {
  /** when its batch was received, ms */
  receivedAt: number;
  /** its number in the batch */
  row: number;
  /** hash of chunk and row */
  tag: number;
}
