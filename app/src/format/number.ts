/** One locale for every figure and date: English words, 24-hour times, day before month. */
export const LOCALE = "en-GB";

const NARROW_NBSP = "\u202f";

const formats = new Map<string, Intl.NumberFormat>();

/** Formats are costly to make and few: each is made once, under its name. */
function format(name: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  let found = formats.get(name);
  if (!found) {
    found = new Intl.NumberFormat(LOCALE, options);
    formats.set(name, found);
  }
  return found;
}

/** Typographic minus instead of a hyphen, so that signs line up. */
function withMinus(text: string): string {
  return text.replace("-", "−");
}

/** A number with up to `digits` decimals and grouped thousands. */
export function number(value: number, digits = 0): string {
  const options = { minimumFractionDigits: 0, maximumFractionDigits: digits };
  return withMinus(format(`up to ${digits}`, options).format(value));
}

/** A number with exactly so many decimals: "−0.90". */
export function fixed(value: number, digits: number): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return withMinus(format(`${digits}`, options).format(value));
}

/** A number with its sign: "+12", "−3.5". */
export function signed(value: number, digits = 0): string {
  const decimals = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return withMinus(format(`signed ${digits}`, { ...decimals, signDisplay: "exceptZero" }).format(value));
}

/** Per cent points as text: 4.2 is "4.2 %". */
export function percent(value: number, digits = 1): string {
  return `${value.toFixed(digits).replace("-", "−")}${NARROW_NBSP}%`;
}

/** A change in per cent with its sign: "+4.2 %". */
export function percentDelta(value: number, digits = 1): string {
  return `${signed(value, digits)}${NARROW_NBSP}%`;
}

/** A fraction 0..1 as whole per cent: 0.82 is "82 %". */
export function share(fraction: number): string {
  return percent(fraction * 100, 0);
}

function moneyFormat(currency: string, signed: boolean, whole: boolean): Intl.NumberFormat {
  return format(`${currency} ${signed} ${whole}`, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    signDisplay: signed ? "exceptZero" : "auto",
    ...(whole ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {}),
  });
}

/**
 * A decimal string of the API as text, without passing through binary floating point: "129.90" EUR is
 * "€129.90".
 */
export function money(amount: string | number, currency: string): string {
  return withMinus(moneyFormat(currency, false, false).format(amount as `${number}`));
}

/** A difference, always with its sign: "+€12.30", "−€4.00". */
export function moneyDelta(amount: string | number, currency: string): string {
  return withMinus(moneyFormat(currency, true, false).format(amount as `${number}`));
}

/** A difference in whole units of currency, for large sums in narrow columns: "+€1,204". */
function moneyDeltaWhole(amount: string | number, currency: string): string {
  return withMinus(moneyFormat(currency, true, true).format(amount as `${number}`));
}

/**
 * Differences that stand together, in one style: below 10 units of currency the minor unit matters, and once one of them is
 * larger it only clutters.
 * @example moneyDeltas(["2.34", "-141.20"], "EUR") // ["+€2", "−€141"]
 */
export function moneyDeltas(amounts: readonly string[], currency: string): string[] {
  const shown = amounts.every((amount) => Math.abs(Number(amount)) < 10) ? moneyDelta : moneyDeltaWhole;
  return amounts.map((amount) => shown(amount, currency));
}

const PLAIN_MONEY = /(-?\d+(?:\.\d+)?) ([A-Z]{3})\b/g;
const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));

/** A sentence of the API with its amounts as the pages show them: "asks 16.49 EUR" is "asks €16.49". */
export function withMoney(sentence: string): string {
  const withSymbols = sentence.replaceAll(PLAIN_MONEY, (plain, amount: string, currency: string) =>
    CURRENCIES.has(currency) ? money(amount, currency) : plain,
  );
  // a figure and its per cent stay on one line
  return withSymbols.replaceAll(/(?<=\d) %/g, `${NARROW_NBSP}%`);
}

/** A label of an axis: whole amounts carry no decimals, so that "€100" stays short and "€99.50" exact. */
export function moneyTick(amount: number, currency: string): string {
  return withMinus(moneyFormat(currency, false, Number.isInteger(amount)).format(amount));
}
