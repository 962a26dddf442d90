import { bulkUpsert } from "../../db/bulk.ts";
import { martDays } from "../../db/schema.ts";
import type { ServiceContext } from "../context.ts";
import { DAY_MARTS, type MartName } from "./names.ts";

/** What a roll-up made of a day. */
interface RolledDay {
  mart: MartName;
  day: string;
  /** rows it was made from */
  source: number;
  rows: number;
}

/** The statements that note days as rolled up now, by the present version. */
export function noteRolledDays({ d1, now }: Pick<ServiceContext, "d1" | "now">, days: readonly RolledDay[]) {
  const rows = days.map((one) => ({ ...one, version: DAY_MARTS[one.mart], rolledAt: now }));
  return bulkUpsert(d1, martDays, rows);
}
