import { currencyExponent, isCurrency } from "../base/currency.ts";
import { CURRENCY_NAMES, NAMES_BESIDE_NUMBERS } from "./currency-names.ts";

/** Lists of `sign code code …`, parted by `|`; `_` stands for a blank. */
function tableOf(lists: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const entries = lists.flatMap((list) => list.split("|")).map((entry) => entry.split(" "));
  return new Map(entries.map(([sign, ...codes]) => [sign!.replaceAll("_", " "), codes]));
}

/**
 * What shops write instead of a currency's code, with the currencies it may stand for, the most usual first: the
 * sign, then codes. Signs are in the form that Unicode's compatibility normalisation gives them; case counts.
 */
const SIGNS = tableOf([
  "€ EUR|£ GBP EGP GIP SHP FKP SYP LBP SSP",
  "$ USD CAD AUD NZD MXN SGD HKD TWD ARS CLP COP UYU BBD BSD BZD BMD FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD BND DOP CUP",
  "¥ JPY CNY|₹ INR|₩ KRW KPW|₽ RUB|₴ UAH|₺ TRY|₪ ILS|₫ VND|฿ THB|₱ PHP CUP|₦ NGN|₡ CRC|₵ GHS|₲ PYG",
  "₭ LAK|₮ MNT|₸ KZT|₼ AZN|₾ GEL|֏ AMD|₿ BTC|៛ KHR|৳ BDT|؋ AFN|₤ ITL GBP TRL|₣ FRF CHF|₧ ESP|₯ GRD",
  "﷼ IRR SAR YER OMR QAR|US$ USD|U$S USD|U$ USD|$U UYU|A$ AUD|AU$ AUD|C$ CAD NIO|CA$ CAD|CAN$ CAD",
  "NZ$ NZD|S$ SGD|SG$ SGD|HK$ HKD|NT$ TWD|MX$ MXN|MEX$ MXN|R$ BRL|AR$ ARS|CL$ CLP|CLP$ CLP|CO$ COP",
  "COL$ COP|RD$ DOP|J$ JMD|TT$ TTD|BZ$ BZD|Bds$ BBD|B$ BND BSD|BN$ BND|N$ NAD|FJ$ FJD|EC$ XCD|Z$ ZWG",
  "T$ TOP|WS$ WST|MOP$ MOP|CUC$ CUC|CV$ CVE|E£ EGP|LE EGP|L.E. EGP|LB£ LBP|SY£ SYP|CN¥ CNY|JP¥ JPY",
  "RMB CNY|GH₵ GHS|RM MYR|Rp IDR|Rs INR PKR LKR NPR MUR SCR|R ZAR|S/ PEN|S/. PEN|B/. PAB|Bs BOB VES",
  "Gs PYG|Q GTQ|Kč CZK|Kčs CZK|Sk SKK|zł PLN|Zł PLN|ZŁ PLN|Ft HUF|FT HUF|kn HRK|Kn HRK|KM BAM|din RSD",
  "дин RSD|ден MKD|лв BGN|lei RON MDL|Lei RON MDL|LEI RON MDL|TL TRY|kr SEK NOK DKK ISK",
  "Kr SEK NOK DKK ISK|KR SEK NOK DKK ISK|Fr CHF|SFr CHF|Sfr CHF|sFr CHF|Ls LVL|Lt LTL|р RUB|Р RUB",
  "руб RUB|Руб RUB|РУБ RUB|рубль RUB|рубля RUB|рублей RUB|грн UAH|Грн UAH|ГРН UAH|гривень UAH|тг KZT",
  "тенге KZT|сум UZS|сом KGS|ман AZN|ЛВ BGN|S.R. SAR|SR SAR|QR QAR|KD KWD|K.D. KWD|BD BHD|JD JOD",
  "DH MAD AED|Dh AED MAD|Dhs AED|DHS AED|ر.س SAR|ر.ق QAR|ر.ع OMR|د.إ AED|د.ك KWD|د.ب BHD|د.ا JOD",
  "د.م MAD|د.ج DZD|د.ت TND|ع.د IQD|ج.م EGP|ل.ل LBP|ل.س SYP|ريال SAR QAR OMR YER IRR|ریال IRR",
  'درهم AED MAD|جنيه EGP SDG|دينار KWD BHD JOD IQD TND DZD LYD|تومان TOMAN|تومن TOMAN|ש"ח ILS|ש״ח ILS',
  "שח ILS|NIS ILS|बाट THB|บาท THB|रु INR NPR|රු LKR|Tk BDT|Ksh KES|KSh KES|Kshs KES|Sh KES TZS UGX",
  "TSh TZS|USh UGX|Br ETB BYN|FCFA XOF XAF|CFA XOF XAF|Php PHP|đ VND|đồng VND|VNĐ VND|円 JPY",
  "元 CNY TWD HKD|圆 CNY|圓 TWD HKD|원 KRW|人民币 CNY|₶|₳ ARA|₠ XEU|₻|₷",
  "ƒ ANG AWG|Afl AWG|NAf ANG|NAƒ ANG|Lek ALL|lekë ALL|դր AMD|Nu BTN|FBu BIF|FC CDF|Fdj DJF|Nfk ERN|FG GNF|IKr ISK",
  "CF KMF|Le SLE|Ar MGA|UM MRU|Rf MVR|MK MWK|MT MZN|MTn MZN|RF RWF|SI$ SBD|SM TJS|сўм UZS|soʻm UZS|som UZS|DT TND",
  "VT VUV|$b BOB|Дин RSD|дінар RSD|Db STN|Lm MTL|Pts ESP|pts ESP|ptas ESP|Ptas ESP|F FRF CHF XOF XAF|FF FRF",
  "fl NLG|hfl NLG|öS ATS|ÖS ATS",
]);

/** Names of currencies, in any case. */
const NAMES = tableOf(CURRENCY_NAMES);

/** Codes of currencies that are no longer legal tender, which old pages still show. */
const PAST_CODES = new Set(
  "ADP ATS AZM BEF BGL BYR CSK CUC CYP DEM EEK ESP FIM FRF GHC GRD HRK IEP ITL LTL LUF LVL MTL MZM NLG PLZ PTE ROL SIT SKK TRL VEB VEF ZMK ZWL XEU BTC".split(
    " ",
  ),
);

/** Codes that are words, too, in a text in capitals. */
const WORDS = new Set("ALL BAM COP CUP ERN GEL LAK MAD MOP NAD PEN RON SOS TOP TRY".split(" "));

/** A currency that a text names. */
export interface CurrencySign {
  /** as it is written */
  sign: string;
  /** ISO 4217 codes that it may stand for, the most usual first; empty for a sign that is none of today's currencies */
  currencies: readonly string[];
  /** its place in the text */
  from: number;
  to: number;
  /** a code of today that is not a word too ("TOP", "TRY"), right beside a number */
  isCode: boolean;
}

const LETTER = "\\p{L}\\p{M}";
/** Scripts that put no blank between a sign and the word beside it. */
const NO_BLANKS = /[\p{sc=Han}\p{sc=Hangul}\p{sc=Katakana}\p{sc=Thai}]/u;

function patternOf(sign: string): string {
  const escaped = sign.replace(/[.$/]/g, "\\$&");
  if (NO_BLANKS.test(sign)) return escaped;
  const before = /^[\p{L}\p{M}]/u.test(sign) ? `(?<![${LETTER}])` : "";
  const behind = /[\p{L}\p{M}]$/u.test(sign) ? `(?![${LETTER}])` : "";
  return `${before}${escaped}${behind}`;
}

/** By first character: the pattern of all signs that begin so, longest first. Names with blanks around are looked up. */
const PATTERNS: ReadonlyMap<string, RegExp> = patternsByFirst([
  ...SIGNS.keys(),
  ...[...NAMES.keys()].filter((name) => NO_BLANKS.test(name)),
]);
const WORD = /[\p{L}\p{M}]+/uy;
const NEXT_WORD = /[ -][\p{L}\p{M}]+/uy;
const CODE_PATTERN = /(?<![\p{L}\p{M}])[A-Z]{3}(?![\p{L}\p{M}])/uy;
/** A mark that Unicode counts among the currency signs and this table does not know. */
const OTHER_SIGN = /\p{Sc}/uy;

function patternsByFirst(signs: readonly string[]): Map<string, RegExp> {
  const byFirst = new Map<string, string[]>();
  for (const sign of [...signs].sort((a, b) => b.length - a.length)) {
    const first = sign[0]!;
    byFirst.set(first, [...(byFirst.get(first) ?? []), patternOf(sign)]);
  }
  return new Map([...byFirst].map(([first, patterns]) => [first, new RegExp(patterns.join("|"), "uy")]));
}

/** Signs of one letter, or that are words too: they count only right beside a number. */
const NEEDS_NUMBER: ReadonlySet<string> = new Set([
  ..."R Q р Р đ LE KM BD JD KD SR QR DH Dh RM Br Sh Fr Ls Lt Sk Gs Bs Tk din kn Kn 元 원 円 F Pts pts ptas Ptas fl hfl FF öS ÖS".split(
    " ",
  ),
  ...NAMES_BESIDE_NUMBERS,
]);

/** More currencies than this are not in one price. */
const SIGNS_MAX = 40;

/**
 * Every currency that a text names, in the order of the text: by code, sign or name. A sign within a longer one counts
 * once ("US$"). The text must be normalised (`normaliseAmounts`).
 *
 * @example
 * currencySigns("CAD $12").map(({ currencies }) => currencies[0]) // ["CAD", "USD"]
 */
export function currencySigns(text: string): CurrencySign[] {
  const found: CurrencySign[] = [];
  for (let at = 0; at < text.length && found.length < SIGNS_MAX; ) {
    const word = wordAt(text, at);
    const sign = signAt(text, at, word);
    if (sign !== null) found.push(sign);
    // no sign begins within a word, but in scripts without blanks
    at = sign?.to ?? at + (word === null || NO_BLANKS.test(word) ? 1 : word.length);
  }
  return found;
}

/** The word that begins here; null at marks and digits. */
function wordAt(text: string, from: number): string | null {
  const unit = text.charCodeAt(from);
  if (unit < A_UPPER || (unit > Z_UPPER && unit < A_LOWER) || (unit > Z_LOWER && unit < 0x80)) return null;
  return matchAt(WORD, text, from);
}

const [A_UPPER, Z_UPPER, A_LOWER, Z_LOWER] = [0x41, 0x5a, 0x61, 0x7a];

/** The name of a currency that begins with this word, in any case of its letters. */
function nameAt(text: string, from: number, word: string | null): string | null {
  if (word === null) return null;
  const two = word + (matchAt(NEXT_WORD, text, from + word.length) ?? "");
  return [two, word].find((name) => NAMES.has(name.toLowerCase())) ?? null;
}

function signAt(text: string, from: number, word: string | null): CurrencySign | null {
  const first = text[from]!;
  const sign = matchAt(PATTERNS.get(first), text, from) ?? nameAt(text, from, word);
  if (sign !== null && (!needsNumber(sign) || besideNumber(text, from, sign.length))) {
    const currencies = SIGNS.get(sign) ?? NAMES.get(sign.toLowerCase()) ?? [];
    return { sign, currencies, from, to: from + sign.length, isCode: false };
  }
  const code = first >= "A" && first <= "Z" ? matchAt(CODE_PATTERN, text, from) : null;
  if (code !== null && (isCurrency(code) || PAST_CODES.has(code))) {
    const isCode = isCurrency(code) && !WORDS.has(code) && besideNumber(text, from, 3);
    return { sign: code, currencies: [code], from, to: from + 3, isCode };
  }
  const other = first < "\u007f" ? null : matchAt(OTHER_SIGN, text, from);
  return other === null
    ? null
    : { sign: other, currencies: [], from, to: from + other.length, isCode: false };
}

function needsNumber(sign: string): boolean {
  return NEEDS_NUMBER.has(sign) || (!SIGNS.has(sign) && NEEDS_NUMBER.has(sign.toLowerCase()));
}

function matchAt(pattern: RegExp | undefined, text: string, from: number): string | null {
  if (pattern === undefined) return null;
  pattern.lastIndex = from;
  return pattern.exec(text)?.[0] ?? null;
}

/** Whether a number stands beside a sign, or nothing else but marks. */
function besideNumber(text: string, from: number, length: number): boolean {
  const before = text.slice(Math.max(0, from - 6), from);
  const behind = text.slice(from + length, from + length + 6);
  if (/\d[.,]?[- ]*$/.test(before) || /^[.: ]*[-.,]*\d/.test(behind)) return true;
  return text.length <= length + 6 && !/[\p{L}\d]/u.test(before + behind);
}

/** Currencies whose shops write a point before the decimals, so that a comma before three digits parts thousands. */
const POINT_DECIMAL = new Set(
  "USD GBP AUD NZD SGD HKD INR MXN JPY CNY KRW TWD THB PHP MYR ILS AED SAR QAR EGP NGN KES GHS PKR BDT LKR NPR TZS UGX JMD TTD BBD DOP GTQ HNL NIO PEN".split(
    " ",
  ),
);
/** Currencies of large amounts whose shops write a comma there, so that a point before three digits parts thousands. */
const COMMA_DECIMAL = new Set("IDR BRL ARS COP".split(" "));

/** The decimal mark that a currency's shops use, where there is only one; null where both are seen, as in the euro's. */
export function decimalMarkOf(currency: string): "." | "," | null {
  if (POINT_DECIMAL.has(currency)) return ".";
  return COMMA_DECIMAL.has(currency) ? "," : null;
}

/** Currencies whose hundredths, if there are any, no shop shows any more: a mark before three digits parts thousands. */
const NO_DECIMALS = new Set("HUF IDR COP RSD UZS IRR MMK LAK KHR TZS AMD MNT LBP IQD SYP".split(" "));

/** Decimals that a currency's shops show; ISO 4217 gives some of them more. */
export function shownDecimals(currency: string): number {
  return NO_DECIMALS.has(currency) ? 0 : currencyExponent(currency);
}

/** Currencies that part hundreds of thousands by twos: 1,29,900. */
const LAKHS = new Set("INR PKR BDT NPR LKR".split(" "));

/** Whether a currency's shops may group digits as 1,29,900. */
export function groupsByLakh(currency: string): boolean {
  return LAKHS.has(currency);
}
