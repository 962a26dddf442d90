import { z } from "zod";
import { dayStart } from "../base/time.ts";
import { parseDay, parseInstant, ROW_CODE_OF_MONEY } from "../intake/row-fields.ts";
import { readAmount } from "../reading/written-amount.ts";
import { firstProblem, MoneyIn, Sku } from "./product-row.ts";

/** What a unit costs from a date on: a civil day of the install's time zone, or an instant. */
const CostRow = z.strictObject({
  sku: Sku,
  unitCost: MoneyIn,
  from: z.string("a day or an instant").max(64),
});

/** Money in minor units of the product's currency, `from` in ms. */
export interface DatedCost {
  sku: string;
  unitCost: number;
  from: number;
}

export type ParsedCost =
  | { ok: true; cost: DatedCost }
  | { ok: false; problem: { path: string; code: string; message: string } };

/** Reads one row; the first thing wrong with it is the answer. `currencyOf`: the currency of the SKU's product, if there is one. */
export function parseCost(
  input: unknown,
  currencyOf: (sku: string) => string | undefined,
  timeZone: string,
): ParsedCost {
  const parsed = CostRow.safeParse(input);
  if (!parsed.success) return { ok: false, problem: firstProblem(parsed.error.issues[0]!, input) };
  const { sku, unitCost, from } = parsed.data;
  const currency = currencyOf(sku);
  if (currency === undefined) return refused("sku", "unknown_sku", `there is no product ${sku}`);
  const amount = readAmount(unitCost, currency);
  if (!amount.ok) return refused("unitCost", ROW_CODE_OF_MONEY[amount.code], amount.message);
  const at = parseDay(from) !== null ? dayStart(from, timeZone) : parseInstant(from);
  if (at === null) return refused("from", "bad_time", "from is neither a calendar day nor an instant");
  return { ok: true, cost: { sku, unitCost: amount.minor, from: at } };
}

function refused(path: string, code: string, message: string): ParsedCost {
  return { ok: false, problem: { path, code, message } };
}
