import { foldDigits } from "./digits.ts";

/** Why the digits of a number may be read in more than one way, or are not written as amounts are. */
export type NumberDoubt =
  /** one mark before three digits: thousands, or three decimals */
  | "thousands"
  /** digits in groups that nobody writes */
  | "groups";

/** A number as it stands in a text. */
export interface NumberText {
  /** place in the normalised text */
  from: number;
  to: number;
  /** decimal string without sign */
  amount: string;
  negative: boolean;
  doubt?: NumberDoubt;
}

/** What is known about how numbers are written. */
export interface NumberStyle {
  /** the mark before the decimals, if the reader knows it for certain */
  decimal?: "." | "," | undefined;
  /** the mark that is usual for the currency or the language: it settles thousands, never three decimals */
  usualDecimal?: "." | "," | null | undefined;
  /** decimals of the currency; not known: two are assumed */
  exponent?: number | undefined;
  /** groups of two digits, as in 1,29,900 */
  lakhs?: boolean | undefined;
}

/**
 * A text in which amounts can be looked for: digits of every script as 0 to 9, blanks of every width as one kind,
 * dashes as `-`, quotes as `'`, invisible characters gone. Raised digits are parted from the number before them: "68⁵⁰"
 * is 68 and 50, not 6850.
 */
export function normaliseAmounts(text: string): string {
  return (
    foldDigits(
      mended(text)
        .replace(/\p{No}+/gu, (raised) => ` ${raised.normalize("NFKC")} `)
        .normalize("NFKC"),
    )
      .replace(/\p{Cf}/gu, "")
      .replace(/[\u2010-\u2015\u2212\u207b]/g, "-")
      .replace(/[\u2018\u2019\u00b4`\u02bc\u2032]/g, "'")
      .replace(/\u066b/g, ".")
      .replace(/[\u066c\u060c]/g, ",")
      .replace(/\s+/g, " ")
      // the parts of an amount that stand in elements of their own: "12 ,90", "12 . 90", and a raised dot
      .replace(/(?<=\d) ([.,]) ?(?=\d\d(?!\d))/g, "$1")
      .replace(/(?<=\d)\u00b7(?=\d{2,3}(?!\d))/g, ".")
  );
}

/** Signs that came through a wrong encoding (UTF-8 or windows-1252 read as latin-1), and accents that stand for `'`. */
function mended(text: string): string {
  return text
    .replace(/\u00e2(?:\u201a|\u0082)\u00ac|\u0080/g, "€")
    .replace(/\u00c2(?=[£¥¢\u00a0])/g, "")
    .replace(/(?<=\d)[\u00b4\u02d9](?=\d)/g, "'");
}

/** Digits with the marks between them, marks in front, and the dash or mark that stands for no decimals behind. */
const CHUNK = /[.,]*\d+(?:[.,']+\d+)*(?:[.,] ?[-=]{1,2}(?![\d])|[.,](?= |$|\D))?/g;

interface Chunk {
  from: number;
  to: number;
  /** without what stands for no decimals */
  digits: string;
  /** a mark and a dash say that there are no decimals: "1.299,-" */
  isWhole: boolean;
}

/** A text with more numbers than this is no price, whatever the rest of them are. */
const NUMBERS_MAX = 12;

/** Every number in a normalised text. Blanks that group digits, and blanks before raised cents, are inside numbers. */
export function numbersIn(text: string, style: NumberStyle): NumberText[] {
  const chunks: Chunk[] = [];
  for (const match of text.matchAll(CHUNK))
    if (chunks.push(chunkOf(text, match[0], match.index)) >= NUMBERS_MAX) break;
  const numbers: NumberText[] = [];
  for (let at = 0; at < chunks.length; ) {
    const { written, used } = joined(text, chunks, at);
    const first = chunks[at]!;
    const last = chunks[at + used - 1]!;
    const isThousands = last.isWhole && /^\d{1,3}[.,]\d{3}$/.test(written);
    const read = readDigits(isThousands ? written.replace(/[.,]/, "'") : written, style);
    // "-,99" and "–,99" are 99 cents: the dash stands for no whole units
    const isDashForUnits = /^,\d\d$/.test(first.digits);
    const negative =
      !isDashForUnits && /(?:^|[^\p{L}\p{N}).])-(?:\p{Sc}|[A-Z]{3})? ?$/u.test(text.slice(0, first.from));
    numbers.push({ from: first.from, to: last.to, negative, ...read });
    at += used;
  }
  return numbers;
}

/** A mark in front belongs to the word before it ("Rs.500", "Nr.12"), not to the number. */
function chunkOf(text: string, raw: string, index: number): Chunk {
  const lead = /^[.,]+/.exec(raw)?.[0].length ?? 0;
  const ofWord = lead > 0 && /[\p{L}\p{M}]$/u.test(text.slice(0, index));
  const from = ofWord ? index + lead : index;
  const digits = raw.slice(ofWord ? lead : 0).replace(/[.,] ?[-=]*$/, "");
  return { from, to: index + raw.length, digits, isWhole: /[.,] ?[-=]+$/.test(raw) };
}

/** The chunks from a place on that make one number, written without blanks: grouped thousands, then raised cents. */
function joined(text: string, chunks: readonly Chunk[], at: number): { written: string; used: number } {
  const first = chunks[at]!;
  let used = 1;
  let written = first.digits;
  const next = () => {
    const [before, chunk] = [chunks[at + used - 1]!, chunks[at + used]];
    const isBeside = chunk !== undefined && text.slice(before.to, chunk.from) === " ";
    return isBeside && before.to - before.from === before.digits.length ? chunk : undefined;
  };
  if (/^[1-9]\d{0,2}$/.test(written))
    for (let group = next(); group && /^\d+$/.test(written.replaceAll("'", "")); group = next()) {
      if (!/^\d{3}(?:[.,]\d+)?$/.test(group.digits)) break;
      written += `'${group.digits}`;
      used++;
    }
  const cents = next();
  const isWhole = /^\d+(?:'\d{3})*$|^[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:,\d{3})+)$/.test(written);
  if (cents && isWhole && /^\d\d$/.test(cents.digits) && endsAmount(text, cents.to))
    return { written: `${written}:${cents.digits}`, used: used + 1 };
  const torn = chunks[at + used];
  const before = chunks[at + used - 1]!;
  const mark = /[.,]$/.exec(text.slice(before.from, before.to))?.[0];
  if (mark && torn && text.slice(before.to, torn.from) === " " && /^\d\d$/.test(torn.digits))
    return { written: `${written}:${torn.digits}`, used: used + 1 };
  return { written, used };
}

/** Whether nothing follows but a currency, marks or the end: "10 12 pieces" is not 10.12. */
function endsAmount(text: string, to: number): boolean {
  return /^(?: ?(?:\p{Sc}|[*+)\].!]|[\p{L}\p{M}]{1,3}(?![\p{L}\p{M}\p{N}])\.?(?! ?[\p{L}\d])))*\s*$/u.test(
    text.slice(to).replace(/(?:EUR|Euro)\b/i, "€"),
  );
}

type Read = Pick<NumberText, "amount" | "doubt">;

/** Digits with marks as a decimal string. `:` stands before raised cents, `'` within thousands. */
function readDigits(written: string, style: NumberStyle): Read {
  if (written.includes(":")) {
    const [whole = "", cents = ""] = written.split(":");
    const isGrouped = /^[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*$/.test(whole);
    const bare = whole.replace(isGrouped ? /[.,']/g : /'/g, "").replace(/^[.,]+/, "");
    const known = (style.exponent ?? 2) === 2 && !/[.,]/.test(bare);
    return { amount: `${bare.replace(/[.,]/g, "")}.${cents}`, ...(known ? {} : { doubt: "groups" }) };
  }
  const lead = /^[.,]+/.exec(written)?.[0];
  return lead === undefined ? readMarked(written, style) : readLeading(written, lead, style);
}

/** A mark in front: ",89" is 0.89. More digits or marks than that are read, and doubted. */
function readLeading(written: string, lead: string, style: NumberStyle): Read {
  const rest = written.slice(lead.length);
  if (/^\d{1,2}$/.test(rest)) return { amount: `0.${rest}` };
  if (/^\d+$/.test(rest)) return { amount: `0.${rest}`, doubt: "groups" };
  const mark = /[.,']/.exec(rest)![0];
  if (style.decimal !== undefined && lead[0] === style.decimal && mark !== style.decimal)
    return { amount: `0.${rest.replace(/[.,']/g, "")}`, doubt: "groups" };
  return { ...readMarked(rest, style), doubt: "groups" };
}

function readMarked(written: string, style: NumberStyle): Read {
  const marks = [...written.matchAll(/[.,']/g)].map(([mark]) => mark);
  if (marks.length === 0) return { amount: written };
  const parts = written.split(/[.,']/);
  if (parts.includes("")) return { amount: parts.join(""), doubt: "groups" };
  const last = marks.at(-1)!;
  const kinds = new Set(marks);
  // "12'90": nobody groups two digits at the end, and few write decimals so
  if (last === "'" && parts.at(-1)!.length === 2) return { ...withDecimals(parts, style), doubt: "groups" };
  if (last === "'") return grouped(parts, style, kinds.size === 1);
  const isOnlyKind = kinds.size === 1;
  if (isOnlyKind && marks.length > 1) return oneKind(parts, last, style);
  if (isOnlyKind) return oneMark(parts as [string, string], last, style);
  const isDecimalOnce = marks.filter((mark) => mark === last).length === 1;
  const groupMarks = new Set(marks.slice(0, -1));
  if (!isDecimalOnce || groupMarks.size > 1) return { amount: parts.join(""), doubt: "groups" };
  return withDecimals(parts, style);
}

/** Groups before decimals: 1.299,00. */
function withDecimals(parts: readonly string[], style: NumberStyle): Read {
  const whole = parts.slice(0, -1);
  const amount = `${whole.join("")}.${parts.at(-1)}`;
  return isGrouped(whole, style) ? { amount } : { amount, doubt: "groups" };
}

function grouped(parts: readonly string[], style: NumberStyle, isPlain: boolean): Read {
  const amount = parts.join("");
  return isPlain && isGrouped(parts, style) ? { amount } : { amount, doubt: "groups" };
}

/** The same mark several times parts thousands; if two digits follow the last, somebody meant decimals. */
function oneKind(parts: readonly string[], mark: string, style: NumberStyle): Read {
  if (mark !== style.decimal && isGrouped(parts, style)) return { amount: parts.join("") };
  const decimals = parts.at(-1)!;
  const amount = decimals.length <= 2 ? `${parts.slice(0, -1).join("")}.${decimals}` : parts.join("");
  return { amount, doubt: "groups" };
}

/**
 * One mark. It stands before decimals, unless exactly three digits follow and one to three precede it: then only the
 * currency's or the reader's usage can tell.
 */
function oneMark([whole, rest]: readonly [string, string], mark: string, style: NumberStyle): Read {
  const decimal: Read = { amount: `${whole}.${rest}` };
  const thousands: Read = { amount: `${whole}${rest}` };
  if (rest.length !== 3 || !/^[1-9]\d{0,2}$/.test(whole)) return decimal;
  if (style.decimal !== undefined) return style.decimal === mark ? decimal : thousands;
  if (style.exponent === 0) return thousands;
  if (style.exponent === 3) return mark === "." ? decimal : { ...thousands, doubt: "thousands" };
  if (style.usualDecimal && style.usualDecimal !== mark) return thousands;
  return { ...thousands, doubt: "thousands" };
}

/** Groups of three digits, or of two before the last as in 1,29,900. */
function isGrouped(parts: readonly string[], { lakhs }: NumberStyle): boolean {
  const [first, ...rest] = parts;
  if (rest.length === 0) return true;
  if (!/^[1-9]\d{0,2}$/.test(first!)) return false;
  if (rest.every((group) => group.length === 3)) return true;
  return (
    lakhs === true &&
    first!.length <= 2 &&
    rest.every((group, i) => group.length === (i === rest.length - 1 ? 3 : 2))
  );
}
