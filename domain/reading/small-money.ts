import { currencyExponent, isCurrency } from "../base/currency.ts";
import type { NumberText } from "./number-text.ts";

/** Words for the hundredth part of a currency, with the currencies that have it; empty: any with two decimals. */
const HUNDREDTHS: readonly (readonly [pattern: RegExp, currencies: readonly string[]])[] = [
  [
    /^(?:¢|ct\.?|cts\.?|cents?|centimes?|c[éê]ntimos?|centavos?|centesimi|cent\.|snt|senttiä|centov|centů|centų|centi|cenți|λεπτά|цент(?:ов|а|ів)?|セント|센트|美分)(?![\p{L}\p{M}])/iu,
    [],
  ],
  [/^(?:p|pence|penny)(?![\p{L}\p{M}])/u, ["GBP"]],
  [
    /^(?:коп\.?|копе(?:йка|йки|ек)|копій(?:ка|ки|ок)|kope?[ck]s?|kopecks?|kopeyek|kop\.?)(?![\p{L}\p{M}])/iu,
    ["RUB", "UAH", "BYN"],
  ],
  [/^(?:øre|öre|aurar)(?![\p{L}\p{M}])/iu, ["DKK", "NOK", "SEK"]],
  [/^(?:gr\.?|grosz[ey]?)(?![\p{L}\p{M}])/iu, ["PLN"]],
  [/^(?:hal\.?|haléř[eů]?|halier(?:ov)?)(?![\p{L}\p{M}])/iu, ["CZK"]],
  [/^(?:Rp\.?|Rappen)(?![\p{L}\p{M}])/u, ["CHF"]],
  [/^(?:st\.?|ст\.?|стотинк[иа]|stotink[ai]|stotinek)(?![\p{L}\p{M}])/iu, ["BGN"]],
  [/^(?:agorot|agora|אגורות)(?![\p{L}\p{M}])/iu, ["ILS"]],
  [/^(?:sen)(?![\p{L}\p{M}])/iu, ["MYR", "IDR"]],
  [/^(?:分)/u, ["CNY"]],
  [/^(?:fils|فلس)(?![\p{L}\p{M}])/iu, ["AED"]],
  [/^(?:halalas?|هللة)(?![\p{L}\p{M}])/iu, ["SAR"]],
  [/^(?:kobo)(?![\p{L}\p{M}])/iu, ["NGN"]],
  [/^(?:pesewas?)(?![\p{L}\p{M}])/iu, ["GHS"]],
  [/^(?:para|пара)(?![\p{L}\p{M}])/iu, ["RSD"]],
  [/^(?:lipa|lipe)(?![\p{L}\p{M}])/iu, ["HRK"]],
  [/^(?:bani)(?![\p{L}\p{M}])/iu, ["RON"]],
  [/^(?:kuruş|krş|kr\.?)(?![\p{L}\p{M}])/iu, ["TRY"]],
  [/^(?:paise|paisa)(?![\p{L}\p{M}])/iu, ["INR", "PKR", "NPR"]],
];
/** Words that mean nothing else: an amount of them is read even where no currency is known. */
const CLEAR = /^(?:¢|ct|cts|cents?|centimes?|pence)(?![\p{L}\p{M}])/iu;

/** The letter alone stands for cents only where no sign of the currency stands before the number: "89c". */
const LETTER = /^c(?![\p{L}\p{M}])/iu;
/** Words for a part of a currency that stand for nothing else, whatever currency is expected. */
const PARTS =
  /^(?:¢|cts?|cents?|centimes?|c[éê]ntimos?|centavos?|centesimi|snt|senttiä|centov|centů|centų|цент(?:ов|а|ів)?|セント|센트|美分|pence|penny|коп|копе(?:йка|йки|ек)|копій(?:ка|ки|ок)|kope?[ck]s?|kopecks?|kop|øre|öre|aurar|grosz[ey]?|haléř[eů]?|halier(?:ov)?|rappen|стотинк[иа]|stotink[ai]|stotinek|bani|kuruş|krş|paise|paisa|agorot|agora|sen|fils|halalas?|kobo|pesewas?|para|lipa|lipe|filler|fillér|santim[is]?|角|毛)(?![\p{L}\p{M}])/iu;

/**
 * An amount in hundredths, alone ("99 ct") or behind whole units ("1 € 50 ct"); null if the text has another form.
 * `isSigned`: the text names a currency by another sign.
 */
export function hundredthsIn(
  text: string,
  numbers: readonly NumberText[],
  currency: string | null,
  isSigned: boolean,
): { amount: string } | null {
  const last = numbers.at(-1);
  if (last === undefined || numbers.length > 2 || !/^\d{1,4}$/.test(last.amount) || last.doubt) return null;
  const behind = text.slice(last.to).trimStart();
  const before = text.slice(numbers[0]!.to, last.from).trim();
  const isLetter = LETTER.test(behind) && currency !== null && isSigned === numbers.length > 1;
  if (!isLetter && !isHundredth(behind, currency)) return null;
  const hundredths = Number(last.amount);
  if (numbers.length === 1) return { amount: negated(last, decimal(hundredths)) };
  const whole = numbers[0]!;
  const isCompound =
    /^\d+$/.test(whole.amount) &&
    hundredths < 100 &&
    last.amount.length <= 2 &&
    before.length <= 8 &&
    !/[-+/]/.test(before);
  return isCompound ? { amount: negated(whole, decimal(Number(whole.amount) * 100 + hundredths)) } : null;
}

/** Whether a word for a part of a currency stands behind a number: "12,5 ct" is neither 12.50 nor surely 0.125. */
export function isPartOfCurrency(text: string, { to }: Pick<NumberText, "to">): boolean {
  const behind = text.slice(to, to + 20).trimStart();
  return PARTS.test(behind) || LETTER.test(behind);
}

function isHundredth(behind: string, currency: string | null): boolean {
  if (currency === null) return CLEAR.test(behind);
  if (!isCurrency(currency) || currencyExponent(currency) !== 2) return false;
  return HUNDREDTHS.some(
    ([pattern, of]) => (of.length === 0 || of.includes(currency)) && pattern.test(behind),
  );
}

function decimal(hundredths: number): string {
  const digits = String(hundredths).padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function negated({ negative }: NumberText, amount: string): string {
  return negative ? `-${amount}` : amount;
}
