import { isCurrency } from "../base/currency.ts";
import { hasScale, hasStrayMark, hasUnknownSign, touchesLetters } from "./beside-amount.ts";
import {
  type CurrencySign,
  currencySigns,
  decimalMarkOf,
  groupsByLakh,
  shownDecimals,
} from "./currency-signs.ts";
import { decimalMarkOfLanguage } from "./language.ts";
import {
  type NumberDoubt,
  type NumberStyle,
  type NumberText,
  normaliseAmounts,
  numbersIn,
} from "./number-text.ts";
import { type AmountRole, FREE, roleOf, TAX_RATE } from "./price-labels.ts";
import { hundredthsIn, isPartOfCurrency } from "./small-money.ts";

/** What the reader knows beside the text. */
export interface PriceHints {
  /** ISO 4217: the currency that is expected, where the text names none or an ambiguous one */
  currency?: string | undefined;
  /** another text of the page that may name the currency */
  near?: string | undefined;
  /** the mark before decimals, where it is known for certain */
  decimal?: "." | "," | undefined;
  /** BCP 47: the language of the page or feed */
  locale?: string | undefined;
}

/** Why a reading may be wrong. */
export type PriceDoubt =
  | NumberDoubt
  /** the text holds more than one number */
  | "several"
  /** the only amount is something else than the price of one piece */
  | Exclude<AmountRole, "price" | "from">
  /** a mark or a code that is no currency we know stands beside the amount */
  | "unknown_sign";

/** What a text says of a price. */
export interface PriceReading {
  /** decimal string, negative with a minus sign; null if the text holds no amount */
  amount: string | null;
  /** ISO 4217 or a past code; null if neither text nor hints name one, or the sign is not known */
  currency: string | null;
  /** the currency as the text or the hint writes it */
  sign: string | null;
  /** currencies that the sign may stand for; empty if none is named or known */
  currencies: readonly string[];
  /** the amount is the lowest of several ("from 12.90") */
  isFrom: boolean;
  doubts: readonly PriceDoubt[];
  /** 0 to 1: how sure the amount is */
  confidence: number;
}

/** Longer texts are not prices. */
const LENGTH_MAX = 300;
/** What stands around an amount says what it is. */
const AROUND = 60;

/**
 * The price in a text as a page, a feed or a file shows it. The amount is the best reading, and `doubts` says why it may
 * be another: a strict caller takes a reading without doubts only (`strictPrice`).
 *
 * @example
 * readPrice("1.299,– €").amount // "1299"
 * readPrice("68 50 €").amount // "68.50"
 * readPrice("99 ct").amount // "0.99"
 * readPrice("1.299 €").doubts // ["thousands"]
 */
export function readPrice(text: string, hints: PriceHints = {}): PriceReading {
  const normal = normaliseAmounts(text.slice(0, LENGTH_MAX)).replace(TAX_RATE, " ").trim();
  const signs = currencySigns(normal);
  const near =
    hints.near === undefined ? [] : currencySigns(normaliseAmounts(hints.near.slice(0, LENGTH_MAX)));
  const named = chooseSign(signs) ?? chooseSign(near);
  const currency = currencyOf(named, hints.currency);
  const style = styleOf(text, currency, hints);
  const numbers = numbersIn(normal, style);
  const whole = { sign: named?.sign ?? null, currencies: named?.currencies ?? [], currency };
  const small = hundredthsIn(normal, numbers, currency, signs.length > 0);
  if (small !== null) return { ...whole, ...small, isFrom: false, doubts: [], confidence: 0.9 };
  const amounts = bySignedDecimals(normal, numbers, signs).map((number) =>
    candidateOf(normal, number, signs),
  );
  const best = chooseAmount(amounts, normal);
  if (best === null) {
    const amount = FREE.test(normal) ? "0" : null;
    return { ...whole, amount, isFrom: false, doubts: [], confidence: amount === null ? 0 : 0.6 };
  }
  const doubts = doubtsOf(best, numbers, named, normal, amounts.length);
  const amount = `${best.number.negative ? "-" : ""}${best.number.amount}`;
  const isFrom = best.role === "from";
  return { ...whole, amount, isFrom, doubts, confidence: confidenceOf(doubts, isFrom, named) };
}

/** A code beside a number says most; then the first sign that is a currency. */
function chooseSign(signs: readonly CurrencySign[]): CurrencySign | undefined {
  return (
    signs.find(({ isCode }) => isCode) ?? signs.find(({ currencies }) => currencies.length > 0) ?? signs[0]
  );
}

function currencyOf(named: CurrencySign | undefined, expected: string | undefined): string | null {
  if (named === undefined) return expected ?? null;
  if (expected !== undefined && named.currencies.includes(expected)) return expected;
  return named.currencies[0] ?? null;
}

function styleOf(text: string, currency: string | null, hints: PriceHints): NumberStyle {
  const known = currency !== null && isCurrency(currency) ? currency : null;
  return {
    // the Arabic decimal mark is never anything else
    decimal: text.includes("٫") ? "." : hints.decimal,
    usualDecimal: (known === null ? null : decimalMarkOf(known)) ?? decimalMarkOfLanguage(hints.locale),
    exponent: known === null ? undefined : shownDecimals(known),
    lakhs: known !== null && groupsByLakh(known),
  };
}

interface Candidate {
  number: NumberText;
  role: AmountRole;
  /** a currency stands right beside it */
  isSigned: boolean;
}

/** "35€ 99": the currency stands where the decimal mark would. */
function bySignedDecimals(
  text: string,
  numbers: readonly NumberText[],
  signs: readonly CurrencySign[],
): NumberText[] {
  const merged: NumberText[] = [];
  for (let i = 0; i < numbers.length; i++) {
    const [whole, cents] = [numbers[i]!, numbers[i + 1]];
    const decimals = cents === undefined ? null : decimalsBehindSign(text, whole, cents, signs);
    if (decimals === null) merged.push(whole);
    else {
      merged.push({
        ...whole,
        to: cents!.to,
        amount: `${whole.amount}.${decimals}`,
        ...(decimals.length > 2 ? { doubt: "groups" } : {}),
      });
      i++;
    }
  }
  return merged;
}

function decimalsBehindSign(
  text: string,
  whole: NumberText,
  cents: NumberText,
  signs: readonly CurrencySign[],
): string | null {
  if (whole.amount.includes(".") || whole.doubt) return null;
  const sign = signs.find(({ from, to }) => from >= whole.to && to <= cents.from);
  if (sign === undefined) return null;
  if (!/^ ?$/.test(text.slice(whole.to, sign.from))) return null;
  const gap = text.slice(sign.to, cents.from);
  const digits = text.slice(cents.from, cents.to);
  const isLast = !/^ ?(?:%|\p{Sc}|\d|[x×])/u.test(text.slice(cents.to));
  if (!isLast) return null;
  if (gap === "" && /^\d{2,3}$/.test(digits)) return digits;
  return gap === " " && /^\d\d$/.test(digits) && !/^ ?[\p{L}]/u.test(text.slice(cents.to)) ? digits : null;
}

function candidateOf(text: string, number: NumberText, signs: readonly CurrencySign[]): Candidate {
  const signBehind = signs.find(
    ({ from }) => from >= number.to && /^[ *]{0,2}$/.test(text.slice(number.to, from)),
  );
  const signBefore = signs.find(
    ({ to }) => to <= number.from && /^[ :.-]{0,2}$/.test(text.slice(to, number.from)),
  );
  const behind = text.slice(signBehind?.to ?? number.to, (signBehind?.to ?? number.to) + AROUND);
  const start = signBefore?.from ?? number.from;
  const before = text.slice(Math.max(0, start - AROUND), start);
  return {
    number,
    role: roleOf(before, behind),
    isSigned: signBefore !== undefined || signBehind !== undefined,
  };
}

/** From the likeliest role to the least. */
const RANKS: Readonly<Record<AmountRole, number>> = {
  price: 0,
  from: 1,
  list: 2,
  multi: 3,
  per_unit: 4,
  instalment: 5,
  shipping: 6,
  saving: 7,
  other: 8,
  number: 9,
};

/** The first of a range, else the first of the likeliest amounts. */
function chooseAmount(candidates: readonly Candidate[], text: string): Candidate | null {
  const amounts = candidates.filter(({ role }) => role !== "number");
  const [first, second] = amounts;
  if (first && second && RANGE.test(text.slice(first.number.to, second.number.from))) return first;
  const rankOf = ({ role, isSigned }: Candidate) => RANKS[role] * 2 + (isSigned ? 0 : 1);
  let best: Candidate | null = null;
  for (const one of amounts) if (best === null || rankOf(one) < rankOf(best)) best = one;
  return best;
}

/** What stands between the ends of a range. */
const RANGE =
  /^ ?(?:to|bis|à|do|tot|до|til|till|hasta|fino a|a) ?\p{Sc}? ?$|^ ?(?:\p{Sc}|[A-Z]{3}) ?- ?\p{Sc}? ?$/u;

function doubtsOf(
  { number, role }: Candidate,
  numbers: readonly NumberText[],
  named: CurrencySign | undefined,
  text: string,
  amounts: number,
): PriceDoubt[] {
  const doubts: PriceDoubt[] = [];
  if (number.doubt) doubts.push(number.doubt);
  else if (hasScale(text, number) || isPartOfCurrency(text, number) || hasStrayMark(text, number))
    doubts.push("groups");
  if (numbers.length > 1 && amounts > 1) doubts.push("several");
  if (role !== "price" && role !== "from") doubts.push(role);
  const isUnknown = named !== undefined && named.currencies.length === 0;
  if (isUnknown || (named === undefined && hasUnknownSign(text, number))) doubts.push("unknown_sign");
  else if (named !== undefined && touchesLetters(text, number)) doubts.push("groups");
  return doubts;
}

/** How much each doubt leaves of the confidence. */
const KEPT: Readonly<Record<PriceDoubt, number>> = {
  thousands: 0.5,
  groups: 0.4,
  several: 0.6,
  list: 0.6,
  saving: 0.2,
  shipping: 0.2,
  other: 0.2,
  instalment: 0.3,
  per_unit: 0.4,
  multi: 0.4,
  number: 0.2,
  unknown_sign: 0.5,
};

function confidenceOf(
  doubts: readonly PriceDoubt[],
  isFrom: boolean,
  named: CurrencySign | undefined,
): number {
  const sign = named === undefined ? 0.9 : named.currencies.length > 1 ? 0.95 : 0.98;
  return doubts.reduce((left, doubt) => left * KEPT[doubt], isFrom ? sign * 0.85 : sign);
}
