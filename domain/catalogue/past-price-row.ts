import { z } from "zod";
import { dayNumber, dayOfNumber, dayStart } from "../base/time.ts";
import { parseDay, parseInstant, ROW_CODE_OF_MONEY } from "../intake/row-fields.ts";
import { readAmount } from "../reading/written-amount.ts";
import { firstProblem, MoneyIn, type ProductRowProblem, Sku } from "./product-row.ts";

const When = z.string("a day or an instant").max(64);

/** A price of the past: from a day or an instant on, through the day `to` or until the instant `to`. */
const PastPriceRow = z.strictObject({ sku: Sku, price: MoneyIn, from: When, to: When.optional() });

/** Minor units of the product's currency, ms. `until`: the first instant at which it no longer held; null = not known. */
export interface PastPrice {
  sku: string;
  price: number;
  from: number;
  until: number | null;
}

type ParsedPastPrice = { ok: true; past: PastPrice } | { ok: false; problem: ProductRowProblem };

/** Reads one row; the first thing wrong with it is the answer. `currencyOf`: of the SKU's product, if there is one. */
export function parsePastPrice(
  input: unknown,
  currencyOf: (sku: string) => string | undefined,
  timeZone: string,
): ParsedPastPrice {
  const parsed = PastPriceRow.safeParse(input);
  if (!parsed.success) return { ok: false, problem: firstProblem(parsed.error.issues[0]!, input) };
  const { sku, price, from, to } = parsed.data;
  const currency = currencyOf(sku);
  if (currency === undefined) return refused("sku", "unknown_sku", `there is no product ${sku}`);
  const amount = readAmount(price, currency);
  if (!amount.ok) return refused("price", ROW_CODE_OF_MONEY[amount.code], amount.message);
  const start = parseDay(from) === null ? parseInstant(from) : dayStart(from, timeZone);
  if (start === null) return refused("from", "bad_time", "from is neither a calendar day nor an instant");
  const until = to === undefined ? null : endOf(to, timeZone);
  if (to !== undefined && until === null)
    return refused("to", "bad_time", "to is neither a calendar day nor an instant");
  if (until !== null && until <= start) return refused("to", "bad_time", "to is before from");
  return { ok: true, past: { sku, price: amount.minor, from: start, until } };
}

function endOf(to: string, timeZone: string): number | null {
  return parseDay(to) === null ? parseInstant(to) : dayStart(dayOfNumber(dayNumber(to) + 1), timeZone);
}

function refused(path: string, code: string, message: string): ParsedPastPrice {
  return { ok: false, problem: { path, code, message } };
}
