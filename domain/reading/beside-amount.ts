import { currencySigns } from "./currency-signs.ts";
import type { NumberText } from "./number-text.ts";

type Place = Pick<NumberText, "from" | "to">;

/** A word that makes thousands or more of the number before it. */
const SCALE =
  /^ ?(?:(?:k|m|mio|mill?|millions?|mrd|thousand|tsd|tys|tis|тыс|млн|mln|bin|lakhs?|crores?|cr|jt|juta|ribu|rb|tr|triệu|nghìn)(?![\p{L}\p{M}])|[万萬億亿千百만천])/iu;

/** Whether a word behind the amount makes thousands or more of it: "1.5k", "5 tys.", "3万円". */
export function hasScale(text: string, { to }: Place): boolean {
  return SCALE.test(text.slice(to, to + 12));
}

/** Whether a minus stands behind the decimals, as ledgers write it, or a quote in front: "12,90-", "'89". */
export function hasStrayMark(text: string, { from, to }: Place): boolean {
  return /[.,]\d+$/.test(text.slice(from, to))
    ? /^-(?! ?\d)/.test(text.slice(to))
    : /(?:^|[^\d'])'$/.test(text.slice(0, from));
}

/** Words that may touch an amount and are no currencies: taxes, labels, pieces. */
const NEUTRAL = new Set(
  "UVP RRP MSRP PVP PVPR VAT GST TVA IVA MWST UST DPH DPH BTW MOMS NUR NOW JETZT ONLY PRICE PREIS PRIX PRECIO PREZZO CENA CENE ЦЕНА PRIS EA EACH HT TTC TAX INCL INKL EXCL ZZGL AB VON FROM VK SALE TOP NEW NEU SET STK STUCK PC PCS ST EU DE AT FR IT ES NL UK EIN FOR PRO PER JE BIS CA OFF SKU NETTO BRUTTO NET AUS".split(
    " ",
  ),
);

/** A short code in capitals beside the amount, or letters that touch it, which may be a currency that is not known. */
export function hasUnknownSign(text: string, { from, to }: Place): boolean {
  const before = /(?<![\p{L}\p{M}])([\p{L}\p{M}]{1,4})[./]?( ?)-?$/u.exec(
    text.slice(Math.max(0, from - 12), from),
  );
  const behind = /^( ?)([\p{L}\p{M}]{1,4})(?![\p{L}\p{M}])/u.exec(text.slice(to, to + 12));
  return (
    isSignLike(before?.[1], before?.[2] === "") ||
    isSignLike(behind?.[2], behind?.[1] === "") ||
    // what a wrong encoding leaves of a sign
    /[?\ufffd] ?$/.test(text.slice(0, from)) ||
    /^ ?[?\ufffd]/.test(text.slice(to))
  );
}

function isSignLike(word: string | undefined, touches: boolean): boolean {
  if (word === undefined || NEUTRAL.has(word.toUpperCase())) return false;
  return touches || (/^\p{Lu}{2,4}$/u.test(word) && word === word.toUpperCase());
}

/** A letter that touches the digits may be a digit that was misread: "l2,90 €". */
export function touchesLetters(text: string, { from, to }: Place): boolean {
  const before = /(?<![\p{L}\p{M}])\p{L}{1,2}$/u.exec(text.slice(Math.max(0, from - 3), from))?.[0];
  const behind = /^\p{L}{1,2}(?![\p{L}\p{M}])/u.exec(text.slice(to, to + 3))?.[0];
  return [before, behind].some(
    (one) => one !== undefined && !NEUTRAL.has(one.toUpperCase()) && currencySigns(one).length === 0,
  );
}
