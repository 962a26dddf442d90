import { z } from "zod";
import { isCurrency } from "../../domain/base/currency.ts";
import { parseRate } from "../../domain/base/exchange-rates.ts";
import type { ServiceContext } from "../context.ts";
import { limitedText } from "../limited-text.ts";
import { readSettings } from "../settings/settings.ts";
import { saveRates } from "./rates.ts";

const TIMEOUT_MS = 10_000;
const BYTES_MAX = 1_000_000;

/** What an HTTP source answers: one day's rates against one base, numbers or decimal strings. */
const Answer = z.object({
  base: z.string().refine(isCurrency),
  date: z.iso.date(),
  rates: z.record(z.string(), z.union([z.number().positive(), z.string()])),
});

/** Fetches the day's rates from the source that the settings name; none named, nothing is done. */
export async function fetchRates(ctx: ServiceContext): Promise<{ saved: number }> {
  const { settings } = await readSettings(ctx.d1);
  if (settings.fxUrl === null) return { saved: 0 };
  const response = await fetch(settings.fxUrl, {
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`the exchange rates' source answered ${response.status}`);
  const text = await limitedText(response, BYTES_MAX);
  if (text === null) throw new Error("the exchange rates' source answered too much");
  const { base, date, rates } = Answer.parse(JSON.parse(text));
  return saveRates(
    ctx,
    new URL(settings.fxUrl).host,
    Object.entries(rates)
      .filter(([quote]) => isCurrency(quote) && quote !== base)
      .map(([quote, rate]) => ({ base, quote, day: date, rate: plain(rate) })),
  );
}

/** Tiny numbers would print with an exponent. */
function plain(rate: number | string): string {
  const text = typeof rate === "string" ? rate : rate.toFixed(10);
  parseRate(text);
  return text;
}
