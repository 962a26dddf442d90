import { currencyExponent, isCurrency } from "../base/currency.ts";

/** Symbols that shops write instead of the code, with the currencies each may stand for. */
const SYMBOLS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/€/, ["EUR"]],
  [/£/, ["GBP", "EGP", "GIP", "SHP", "FKP", "SYP", "LBP", "SSP"]],
  [/CHF|SFr\.?/i, ["CHF"]],
  [/R\$/, ["BRL"]],
  [/zł/i, ["PLN"]],
  [/Kč/i, ["CZK"]],
  [/Ft/, ["HUF"]],
  [/lei/i, ["RON", "MDL"]],
  [/лв/i, ["BGN"]],
  [/₺/, ["TRY"]],
  [/₹/, ["INR"]],
  [/₩/, ["KRW", "KPW"]],
  [/₽/, ["RUB"]],
  [/₴/, ["UAH"]],
  [/₦/, ["NGN"]],
  [/¥|円|元/, ["JPY", "CNY"]],
  [/\bkr\b\.?/i, ["SEK", "NOK", "DKK", "ISK"]],
  // last, since US$, A$, MX$ … also contain it
  [/\$/, ["USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD", "TWD", "ARS", "CLP", "COP", "BBD", "JMD", "TTD"]],
];

const CODE = /(?<![A-Za-z])([A-Z]{3})(?![A-Za-z])/g;
/** Digits with what may group them: blanks of all widths, dots, commas, apostrophes. */
const AMOUNTS = /-?\d(?:[\d.,'’\u0020\u00a0\u2009\u202f]*\d)?/g;

export type PriceTextResult =
  | { ok: true; amount: string }
  | { ok: false; code: "bad_price" | "currency_mismatch"; message: string };

/**
 * The amount in a price as a page shows it ("1.299,00 €", "$1,299.00", "EUR 12", "12,-"), as a decimal string. A
 * currency in the text must be compatible with the expected one, and the text must hold exactly one amount.
 * @example parsePriceText("1.299,00 €", "EUR") // { ok: true, amount: "1299.00" }
 */
export function parsePriceText(text: string, currency: string): PriceTextResult {
  const foreign = foreignCurrency(text, currency);
  if (foreign !== null)
    return {
      ok: false,
      code: "currency_mismatch",
      message: `the text is in ${foreign}, expected ${currency}`,
    };
  const amounts = text.match(AMOUNTS) ?? [];
  const amount = amounts.length === 1 ? decimalOf(amounts[0]!, currencyExponent(currency)) : null;
  if (amount === null)
    return {
      ok: false,
      code: "bad_price",
      message: `"${text.slice(0, 60)}" does not hold exactly one price`,
    };
  return { ok: true, amount };
}

/** The currency that the text names if it cannot be the expected one. */
function foreignCurrency(text: string, currency: string): string | null {
  const codes = [...text.matchAll(CODE)].map((match) => match[1]!).filter(isCurrency);
  if (codes.length > 0) return codes.includes(currency) ? null : codes[0]!;
  for (const [symbol, currencies] of SYMBOLS)
    if (symbol.test(text)) return currencies.includes(currency) ? null : currencies[0]!;
  return null;
}

/**
 * Digits with separators as a decimal string, or null. Of two kinds of separator the last one is decimal. A single dot
 * or comma is decimal too, unless one to three digits precede it and exactly three follow: "1.299" is more than a
 * thousand, except in a currency with three decimals.
 */
function decimalOf(written: string, exponent: number): string | null {
  const compact = written.replace(/[\s'’]/g, "");
  const lastDot = compact.lastIndexOf(".");
  const lastComma = compact.lastIndexOf(",");
  if (lastDot < 0 && lastComma < 0) return compact;
  const decimal = lastDot > lastComma ? "." : ",";
  const parts = compact.split(decimal);
  const both = lastDot >= 0 && lastComma >= 0;
  if (both && parts.length > 2) return null;
  const fraction = parts.at(-1)!;
  const looksGrouped = exponent !== 3 && fraction.length === 3 && /^-?[1-9]\d{0,2}$/.test(parts[0]!);
  const grouped = !both && (parts.length > 2 || looksGrouped);
  const whole = (grouped ? parts : parts.slice(0, -1)).join(decimal);
  if (!isGrouped(whole, both || grouped)) return null;
  const digits = whole.replace(/[.,]/g, "");
  return grouped ? digits : `${digits}.${fraction}`;
}

/** Whether the groups, if there are any, have three digits. */
function isGrouped(whole: string, mayGroup: boolean): boolean {
  if (!/[.,]/.test(whole)) return true;
  return mayGroup && /^-?\d{1,3}([.,]\d{3})+$/.test(whole);
}
