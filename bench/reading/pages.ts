import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { quantile } from "../../domain/base/quantile.ts";
import { currencySigns } from "../../domain/reading/currency-signs.ts";
import { normaliseAmounts } from "../../domain/reading/number-text.ts";
import { type ExtractedProduct, extractProduct } from "../../domain/reading/page/extract.ts";

/** Accepted values of a page, by attribute; none: the page does not show it. */
type Truth = Partial<
  Record<"price" | "currency" | "availability" | "sku" | "brand" | "gtin" | "mpn", string[]>
> & {
  url: string;
};

/** Scores of one attribute over all pages. */
export interface AttributeScore {
  f1: number;
  precision: number;
  recall: number;
  support: number;
}

/** One page as it was read, and as it should be. */
interface Reading {
  id: string;
  truth: Truth;
  product: ExtractedProduct;
  cpuMs: number;
}

type Attribute =
  | "price"
  | "availability"
  | "InStock"
  | "OutOfStock"
  | "sku"
  | "currency"
  | "brand"
  | "gtin"
  | "mpn";

const ATTRIBUTES: readonly Attribute[] = [
  ...(["price", "availability", "InStock", "OutOfStock", "sku", "currency", "brand", "gtin", "mpn"] as const),
];

/** Reads every page of the folder and scores it as the public benchmark of product extraction does. */
export function benchPages(folder: string, isVerbose: boolean) {
  const truths = JSON.parse(readFileSync(join(folder, "ground-truth.json"), "utf8")) as Record<string, Truth>;
  const readings = Object.entries(truths).flatMap(([id, truth]) => readingOf(folder, id, truth) ?? []);
  const scores = {} as Record<Attribute, AttributeScore>;
  for (const attribute of ATTRIBUTES) scores[attribute] = scoreOf(attribute, readings, isVerbose);
  const times = readings.map(({ cpuMs }) => cpuMs);
  return { pages: readings.length, scores, cpuMs: { median: quantile(times, 0.5), max: Math.max(...times) } };
}

function readingOf(folder: string, id: string, truth: Truth): Reading | null {
  const file = ["html", "."]
    .flatMap((part) => [`${id}.html.gz`, `${id}.html`].map((name) => join(folder, part, name)))
    .find(existsSync);
  if (file === undefined) return null;
  const bytes = readFileSync(file);
  const html = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const before = process.cpuUsage();
  const product = extractProduct(html, truth.url);
  const { user, system } = process.cpuUsage(before);
  return { id, truth, product, cpuMs: (user + system) / 1000 };
}

/** What was read, in the benchmark's words; null if nothing was. */
function predicted(attribute: Attribute, { product, truth }: Reading): string | null {
  const words = {
    in_stock: "InStock",
    out_of_stock: "OutOfStock",
    preorder: "InStock",
    unknown: null,
  } as const;
  const state = words[product.availability];
  if (attribute === "availability") return state;
  if (attribute === "InStock" || attribute === "OutOfStock") return state === attribute ? state : null;
  const value = product[attribute] ?? null;
  return attribute === "currency" && value !== null
    ? (isCurrency(value, truth.currency ?? []) ?? value)
    : value;
}

function isCurrency(code: string, wanted: readonly string[]): string | undefined {
  return wanted.find((sign) => currencySigns(normaliseAmounts(sign))[0]?.currencies.includes(code));
}

function scoreOf(attribute: Attribute, readings: readonly Reading[], isVerbose: boolean): AttributeScore {
  const same = attribute === "price" ? (text: string) => String(Number(text)) : (text: string) => text;
  let [tp, fp, fn, support] = [0, 0, 0, 0];
  for (const reading of readings) {
    const named = reading.truth[attribute as keyof Truth] ?? [];
    const wanted = new Set([named].flat().map(same));
    const value = predicted(attribute, reading);
    support += Number(wanted.size > 0);
    const isRight = value !== null && wanted.has(same(value));
    tp += Number(isRight);
    fp += Number(value !== null && !isRight);
    fn += Number(wanted.size > 0 && !isRight);
    if (isVerbose && !isRight && (value !== null || wanted.size > 0))
      console.log(
        `  ${attribute} ${reading.id.slice(0, 8)} wanted ${[...wanted]}, read ${value} (${reading.product.how}, ${reading.product.confidence.toFixed(2)}) ${reading.truth.url.slice(0, 60)}`,
      );
  }
  const precision = tp + fp === 0 ? 1 : tp / (tp + fp);
  const recall = tp + fn === 0 ? 1 : tp / (tp + fn);
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { f1, precision, recall, support };
}

/** Whether a folder holds pages with their truths. */
export function holdsPages(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).includes("ground-truth.json");
}
