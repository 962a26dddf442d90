import type { ShownAvailability } from "../messages/rows.ts";
import {
  GONE,
  IN_STOCK,
  NEGATIONS,
  NO,
  NOTHING_SAID,
  OUT_OF_STOCK,
  PIECES_BEFORE,
  PIECES_BEHIND,
  PREORDER,
  YES,
} from "./availability-words.ts";
import { plainWords } from "./plain-words.ts";

/** Longer texts are paragraphs, in which any word may be about something else. */
const LENGTH_MAX = 200;

/** Scripts that put no blanks between words, in which a phrase may stand anywhere. */
const NO_BLANKS = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]/u;

/** What is no part of a word in the form that `plainWords` gives. */
const MARKS = " .,:%+'-";

const WHOLE = { yes: wholeOf(YES), no: wholeOf(NO), nothing: wholeOf(NOTHING_SAID) };
const GONE_WORDS = within(GONE);
const PREORDER_WORDS = within(PREORDER);
const OUT_WORDS = within(OUT_OF_STOCK);
const IN_WORDS = within(IN_STOCK);
/** A negation, with at most two words between it and what it negates. */
const NEGATION_BEFORE = new RegExp(`(?<![^ .,:%+-])(?:${NEGATIONS.join("|")})(?: [^ ]+){0,2} ?$`);
/** A negation is looked for in so much text before a phrase. */
const BEFORE_MAX = 50;

/**
 * The availability that a value of any kind stands for: one of schema.org's states with or without its address, words
 * of a page ("Nur noch 2 auf Lager"), Google's, Shopify's or WooCommerce's words, a boolean, or a count of pieces.
 * Undefined if nothing was said (null, "", "None"); `unknown` if it is not understood: it is never guessed.
 *
 * @example
 * readAvailability("https://schema.org/OutOfStock") // "out_of_stock"
 * readAvailability("Only 2 left in stock") // "in_stock"
 * readAvailability(0) // "out_of_stock"
 * readAvailability("perhaps") // "unknown"
 */
export function readAvailability(value: unknown): ShownAvailability | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "boolean") return value ? "in_stock" : "out_of_stock";
  if (typeof value === "number" || typeof value === "bigint") return ofCount(Number(value));
  if (typeof value === "string") return ofText(value);
  if (Array.isArray(value)) return agreed(value);
  return ofReference(value);
}

/** What all of a list say; `unknown` if they differ. */
function agreed(values: readonly unknown[]): ShownAvailability | undefined {
  const said = new Set(values.map((one) => (Array.isArray(one) ? "unknown" : readAvailability(one))));
  said.delete(undefined);
  return said.size > 1 ? "unknown" : [...said][0];
}

/** A state named by reference, as JSON-LD may: `{ "@id": "schema:InStock" }`. */
function ofReference(value: object): ShownAvailability {
  const { "@id": id, name } = value as { "@id"?: unknown; name?: unknown };
  const text = id ?? name;
  return (typeof text === "string" ? ofText(text) : undefined) ?? "unknown";
}

function ofCount(pieces: number): ShownAvailability {
  if (!Number.isFinite(pieces)) return "unknown";
  return pieces > 0 ? "in_stock" : "out_of_stock";
}

/** A text that is a count and what is counted: "stock: 12", "12 pcs". */
const PIECES = new RegExp(
  `^(?:(?:${PIECES_BEFORE})[ :=]*)?([<>~+]? ?)(\\d{1,7})\\+?(?: ?(?:${PIECES_BEHIND}))?$`,
  "u",
);
/** A count of nothing: "0 left", not "0 % interest" or the minutes of a time. */
const NO_PIECES = /(?<![\p{L}\p{N}.,:-])0(?![\p{N}.,:%]| %)/u;

function ofText(text: string): ShownAvailability | undefined {
  const words = plainWords(lastOfAddress(text.trim()));
  if (words === "" || WHOLE.nothing.test(words)) return undefined;
  if (words.length > LENGTH_MAX) return "unknown";
  if (WHOLE.yes.test(words)) return "in_stock";
  if (WHOLE.no.test(words)) return "out_of_stock";
  const pieces = /^-?\d+([.,]\d+)?$/.test(text.trim()) ? Number(text.trim().replace(",", ".")) : null;
  if (pieces !== null) return ofCount(pieces);
  const counted = PIECES.exec(words);
  if (counted) return ofCount(Number(counted.at(-1)));
  return ofPhrases(words);
}

function ofPhrases(words: string): ShownAvailability {
  if (stateOf(words, GONE_WORDS) !== null) return "out_of_stock";
  if (stateOf(words, PREORDER_WORDS) === "said") return "preorder";
  const isOut = stateOf(words, OUT_WORDS);
  if (isOut !== null) return isOut === "said" ? "out_of_stock" : "unknown";
  const isIn = stateOf(words, IN_WORDS);
  if (isIn === null) return "unknown";
  return isIn === "negated" || NO_PIECES.test(words) ? "out_of_stock" : "in_stock";
}

/** Whether a text has one of the phrases, and whether it says the contrary of one. */
function stateOf(words: string, phrases: RegExp): "said" | "negated" | null {
  let state: "said" | null = null;
  for (const { index } of words.matchAll(phrases)) {
    if (NEGATION_BEFORE.test(words.slice(Math.max(0, index - BEFORE_MAX), index))) return "negated";
    state = "said";
  }
  return state;
}

/** `InStock` of `https://schema.org/InStock`, `schema:InStock` and `http://schema.org#InStock`; other pages say nothing. */
function lastOfAddress(text: string): string {
  if (!/^(?:https?:)?\/\/\S+$|^schema:\S+$/i.test(text)) return text;
  return /schema/i.test(text) ? text.replace(/\/+$/, "").replace(/^.*[/#:]/, "") : "an address";
}

/** Any of the phrases of lists, as whole words; in scripts without blanks anywhere. */
function within(lists: readonly string[]): RegExp {
  const phrases = lists
    .flatMap(splitPhrases)
    .map((phrase) => phrase.replace(/ \*$/, "").replaceAll("*", `[^${MARKS}]*`));
  const anywhere = phrases.filter((phrase) => NO_BLANKS.test(phrase));
  const words = phrases.filter((phrase) => !NO_BLANKS.test(phrase));
  return new RegExp([...anywhere, `(?<![^${MARKS}])(?:${words.join("|")})(?![^${MARKS}])`].join("|"), "g");
}

/** The phrases of a list: `|` within brackets is part of a phrase. */
function splitPhrases(list: string): string[] {
  return list.split(/\|(?![^(]*\))/);
}

function wholeOf(lists: readonly string[]): RegExp {
  return new RegExp(`^(?:${lists.join("|")})$`);
}
