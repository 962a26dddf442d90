import { readFileSync } from "node:fs";
import { currencySigns } from "../../domain/reading/currency-signs.ts";
import { normaliseAmounts } from "../../domain/reading/number-text.ts";
import { readPrice } from "../../domain/reading/price-text.ts";

/** A price text with what it should be read as, in the form of the tests of the library price-parser. */
interface PriceCase {
  price_raw: string | null;
  /** another text of the page, which may name the currency */
  currency_raw: string | null;
  amount: string | null;
  /** as the text writes it */
  currency: string | null;
  decimal_separator: string | null;
}

/** How price texts are read: shares of all of them. */
export interface PriceTextScore {
  cases: number;
  amount: number;
  currency: number;
  /** amounts that are off by 10, 100, 1000 … */
  offByPowerOfTen: number;
  /** amounts without a doubt, which a row may hold */
  undoubted: number;
  undoubtedWrong: number;
}

/** Reads every case of a file and prints those that are read wrong. */
export function benchPriceText(file: string): PriceTextScore {
  const cases = JSON.parse(readFileSync(file, "utf8")) as PriceCase[];
  const counts = { amount: 0, currency: 0, offByPowerOfTen: 0, undoubted: 0, undoubtedWrong: 0 };
  for (const one of cases) {
    const decimal =
      one.decimal_separator === "." || one.decimal_separator === "," ? one.decimal_separator : undefined;
    const reading = readPrice(one.price_raw ?? "", { near: one.currency_raw ?? undefined, decimal });
    const [wanted, amount] = [one.amount, reading.amount].map((text) =>
      text === null ? null : Number(text),
    );
    const isRight = wanted === amount;
    const isCurrency = sameCurrency(one.currency, reading.sign, reading.currencies);
    counts.amount += Number(isRight);
    counts.currency += Number(isCurrency);
    counts.offByPowerOfTen += Number(!isRight && isPowerOfTen(amount! / wanted!));
    if (amount !== null && reading.doubts.length === 0) {
      counts.undoubted++;
      counts.undoubtedWrong += Number(!isRight);
    }
    if (!isRight || !isCurrency)
      console.log(
        `  ${JSON.stringify(one.price_raw)} beside ${JSON.stringify(one.currency_raw)}: ` +
          `${reading.amount} ${reading.sign}, wanted ${one.amount} ${one.currency}`,
      );
  }
  const share = (n: number) => n / cases.length;
  return { cases: cases.length, ...counts, amount: share(counts.amount), currency: share(counts.currency) };
}

function sameCurrency(wanted: string | null, sign: string | null, currencies: readonly string[]): boolean {
  if (wanted === null || sign === null) return wanted === sign;
  const [named] = currencySigns(normaliseAmounts(wanted));
  const meant = named?.currencies ?? [];
  return meant.length === 0 ? sign === wanted : meant.some((code) => currencies.includes(code));
}

function isPowerOfTen(ratio: number): boolean {
  const power = Math.log10(ratio);
  return Number.isFinite(power) && Math.abs(power - Math.round(power)) < 1e-9;
}
