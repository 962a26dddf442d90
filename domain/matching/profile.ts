import { foldAccents } from "../reading/plain-words.ts";
import { packOf } from "./pack.ts";

/** What a listing or a product is called and carries, as far as it is known. */
export interface Described {
  title: string;
  brand?: string | null | undefined;
  gtin?: string | null | undefined;
  mpn?: string | null | undefined;
  /** in units of the currency that the catalogue is in */
  price?: number | null | undefined;
}

/** A description taken apart for comparison. */
export interface Profile {
  /** distinct words of the title, numbers without letters left out */
  words: readonly string[];
  /** distinct numbers of the title */
  numbers: readonly string[];
  /** letters mixed with digits, or long numbers, without the marks between: what makers call their models */
  models: readonly string[];
  /** all letters and digits of the title in one piece */
  squeezed: string;
  /** distinct groups of three characters, padded by blanks at words */
  trigrams: ReadonlySet<string>;
  brand: string;
  /** digits without zeros in front; empty if there is none */
  gtin: string;
  mpn: string;
  /** natural logarithm; null if it is not known */
  logPrice: number | null;
  /** quantity of the whole pack in its base unit; null if the title names none */
  pack: { quantity: number; unit: string } | null;
}

const TITLE_MAX = 400;

/** Takes a description apart. */
export function profileOf({ title, brand, gtin, mpn, price }: Described): Profile {
  const text = foldAccents(title.slice(0, TITLE_MAX).normalize("NFKC"));
  const parts = text.match(/[\p{L}\p{M}]+|\d+(?:[.,]\d+)*/gu) ?? [];
  const words = new Set<string>();
  const numbers = new Set<string>();
  for (const part of parts) {
    if (/^\d/.test(part)) numbers.add(part.replace(",", "."));
    else words.add(part);
  }
  const squeezed = text.replace(/[^\p{L}\p{M}\p{N}]+/gu, "");
  return {
    words: [...words],
    numbers: [...numbers],
    models: modelsOf(text, mpn),
    squeezed,
    trigrams: trigramsOf(text),
    brand: squeeze(brand),
    gtin: (gtin ?? "").replace(/\D/g, "").replace(/^0+/, ""),
    mpn: squeeze(mpn),
    logPrice: price !== null && price !== undefined && price > 0 ? Math.log(price) : null,
    pack: packOf(text),
  };
}

function squeeze(text: string | null | undefined): string {
  return foldAccents((text ?? "").normalize("NFKC")).replace(/[^\p{L}\p{M}\p{N}]+/gu, "");
}

/** A quantity with its unit is not a model, whatever it looks like. */
const QUANTITY =
  /^\d+(?:[.,]\d+)?(?:mm|cm|m|in|inch|ft|g|kg|mg|oz|lb|lbs|ml|cl|l|gb|mb|tb|kb|ghz|mhz|hz|w|kw|v|mah|ah|mp|k|p|i|x|rpm|dpi|pk|pack|pc|pcs|st|nd|rd|th|yr|user|users|bit|port|way|hr|hrs|min|ch|channel|stk|er)$/;

function modelsOf(text: string, mpn: string | null | undefined): string[] {
  const models = new Set<string>();
  for (const raw of text.split(/[\s,;()[\]"'|]+/)) {
    const bare = raw.replace(/[^\p{L}\p{N}]+/gu, "");
    if (bare.length < 3 || bare.length > 24 || !/\d/.test(bare) || QUANTITY.test(bare)) continue;
    if (/\p{L}/u.test(bare) || /^\d{5,}$/.test(bare)) models.add(bare);
  }
  const named = squeeze(mpn);
  if (named.length >= 3) models.add(named);
  return [...models];
}

function trigramsOf(text: string): Set<string> {
  const trigrams = new Set<string>();
  for (const word of text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []) {
    const padded = ` ${word} `;
    for (let i = 0; i + 3 <= padded.length; i++) trigrams.add(padded.slice(i, i + 3));
  }
  return trigrams;
}
