import type { StoreImport } from "../../domain/messages/names.ts";

export type Step = StoreImport | "check";

/** Reading a store from one end to the other, page by page: a pass that breaks off goes on at its cursor. Instants in ms. */
export interface StoreJob {
  /** what is still to be done, the first of it under way */
  steps: Step[];
  dryRun: boolean;
  by: string;
  startedAt: number;
  /** null = at the beginning of the step */
  cursor: string | null;
  counts: Record<string, number>;
  /** the first rows that did not go through */
  problems: { sku: string; code: string; message: string }[];
  finishedAt: number | null;
  error: string | null;
  /** failures one after the other of the page at the cursor */
  failures: number;
}
