import { tidyName } from "../../domain/intake/competitor-name.ts";
import { type ObservationInput, unknownSku } from "../../domain/intake/observation-row.ts";
import { isOwnOffer } from "../../domain/intake/own-offer.ts";
import { type ProductRef, type RowResult, refuseRow } from "../../domain/intake/row-fields.ts";
import { type InputsByKind, ROW_READERS, type RowReader } from "../../domain/intake/row-readers.ts";
import type {
  BatchKind,
  ChunkMessage,
  EventsQueueMessage,
  ObservationsQueueMessage,
} from "../../domain/messages/queue.ts";
import type { EventRow, RowsByKind } from "../../domain/messages/rows.ts";
import type { RowProblem, RowVerdict } from "../../domain/messages/verdict.ts";
import type { IngestContext, Wanted } from "./load-context.ts";
import { mappingKey } from "./mappings.ts";

type Row = ChunkMessage["rows"][number];

/** The rows that go on to their shards, and the verdicts on those that do not. Every row is in exactly one of them. */
export type JudgedRows = {
  [K in BatchKind]: { kind: K; rows: RowsByKind[K][]; verdicts: RowVerdict[] };
}[BatchKind] & {
  /** events without a product, which their sessions judge */
  sessionRows: EventRow[];
  /** what is to be said beside rows that go through */
  warnings: RowProblem[];
};

/** The products that messages name, however wrong the rest of their rows may be. */
export function wantedBy(bodies: readonly (ObservationsQueueMessage | EventsQueueMessage)[]): Wanted {
  const skus = new Set<string>();
  const gtins = new Set<string>();
  const changed = new Set<string>();
  const mappings = new Set<string>();
  const currencies = new Set<string>();
  const competitors = new Set<string>();
  for (const body of bodies) {
    if (body.type === "crawl") continue;
    if (body.type === "ours" || body.type === "reproject")
      for (const sku of body.skus) skus.add(sku) && changed.add(sku);
    else
      for (const { value } of body.rows) {
        addNames(value, skus, gtins, mappings);
        const currency = body.type === "observations" ? currencyOf(value) : null;
        if (currency !== null) currencies.add(currency);
        const competitor = body.type === "observations" ? competitorOf(value) : null;
        if (competitor !== null) competitors.add(competitor);
      }
  }
  const otherNames = (unknown: ReadonlySet<string>) => otherNamesOf(bodies, unknown);
  return { skus, gtins, changed, mappings, currencies, competitors, otherNames };
}

/** By what else the observations are to be found whose SKU is none of ours. */
function otherNamesOf(
  bodies: readonly (ObservationsQueueMessage | EventsQueueMessage)[],
  unknown: ReadonlySet<string>,
): Pick<Wanted, "gtins" | "mappings"> {
  const gtins = new Set<string>();
  const mappings = new Set<string>();
  for (const body of bodies)
    if (body.type === "observations")
      for (const { value } of body.rows) {
        const sku = skuOf(value);
        if (sku !== null && unknown.has(sku)) addOtherNames(value as object, gtins, mappings);
      }
  return { gtins, mappings };
}

function skuOf(value: unknown): string | null {
  if (typeof value !== "object" || value === null || !("sku" in value)) return null;
  return typeof value.sku === "string" && value.sku.trim() !== "" ? value.sku.trim().normalize("NFC") : null;
}

/** A competitor as a row spells it, if it is a name at all. */
function competitorOf(value: unknown): string | null {
  if (typeof value !== "object" || value === null || !("competitor" in value)) return null;
  const { competitor } = value;
  const isName = typeof competitor === "string" && competitor.length <= 200 && competitor.trim() !== "";
  return isName ? competitor.trim().normalize("NFC") : null;
}

function currencyOf(value: unknown): string | null {
  if (typeof value !== "object" || value === null || !("currency" in value)) return null;
  return typeof value.currency === "string" ? value.currency : null;
}

function addNames(value: unknown, skus: Set<string>, gtins: Set<string>, mappings: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  const sku = skuOf(value);
  if (sku === null) addOtherNames(value, gtins, mappings);
  else skus.add(sku);
}

function addOtherNames(value: object, gtins: Set<string>, mappings: Set<string>): void {
  if ("gtin" in value && typeof value.gtin === "string")
    for (const form of gtinForms(value.gtin)) gtins.add(form);
  if (!("competitor" in value) || typeof value.competitor !== "string") return;
  for (const key of mappingKeys(value.competitor, value)) mappings.add(key);
}

/** A competitor's own number stands before the page that it is on. */
function mappingKeys(competitor: string, named: object): string[] {
  const { competitorSku, url } = named as { competitorSku?: unknown; url?: unknown };
  const keys = typeof competitorSku === "string" ? [mappingKey(competitor, "sku", competitorSku)] : [];
  return typeof url === "string" ? [...keys, mappingKey(competitor, "url", url)] : keys;
}

/** Reads every row of a chunk: finds its product, types its values, or says what is wrong with it. */
export function judgeRows(body: ChunkMessage, context: IngestContext, now: number): JudgedRows {
  const verdicts: RowVerdict[] = [];
  const rows: { sku: string }[] = [];
  const sessionRows: EventRow[] = [];
  const warnings: RowProblem[] = [];
  for (const row of body.rows) {
    const result = judgeRow(body.type, row, context, { now, source: body.source });
    for (const warning of result.ok ? (result.warnings ?? []) : [])
      warnings.push({ row: row.row, ...warning, warning: true });
    if (!result.ok) verdicts.push(result.verdict);
    else if (result.value.sku === "") sessionRows.push(result.value as EventRow);
    else rows.push(result.value);
  }
  return { kind: body.type, rows, verdicts, sessionRows, warnings } as JudgedRows;
}

function judgeRow<K extends BatchKind>(
  kind: K,
  { row, value, bytes }: Row,
  context: IngestContext,
  { now, source }: { now: number; source: string },
): RowResult<RowsByKind[K]> {
  if (bytes !== undefined) return refuseRow(row, "wrong_type", "", `the row is too large: ${bytes} bytes`);
  const reader: RowReader<InputsByKind[K], RowsByKind[K]> = ROW_READERS[kind];
  const input = reader.read(value, row);
  if (!input.ok) return input;
  if (kind === "observations") nameCompetitor(input.value as ObservationInput, context);
  const product =
    kind === "observations"
      ? productOffered(input.value as ObservationInput, row, context)
      : productNamed(input.value.sku, row, context);
  if (!product.ok) return product;
  const { rates, settings } = context;
  const basis = { rates, pricesIncludeTax: settings.pricesIncludeTax };
  const typed = reader.type(input.value, product.value, row, { now, source }, basis);
  if (!typed.ok || input.warnings === undefined) return typed;
  return { ...typed, warnings: [...input.warnings, ...(typed.warnings ?? [])] };
}

/** Spellings of one competitor are one competitor. */
function nameCompetitor(input: ObservationInput, { competitors }: IngestContext): void {
  input.competitor = competitors.get(input.competitor) ?? tidyName(input.competitor);
}

/** An event of the session alone names no product. */
const NO_PRODUCT: ProductRef = { sku: "", currency: "" };

function productNamed(sku: string | undefined, row: number, context: IngestContext): RowResult<ProductRef> {
  if (sku === undefined) return { ok: true, value: NO_PRODUCT };
  const product = context.products.get(sku);
  if (product) return { ok: true, value: product };
  return refuseRow(row, "unknown_sku", "sku", `no product is known as ${sku.slice(0, 80)}`);
}

/** By SKU; else by GTIN, by the mapping of the competitor's number, by that of the page: the first that is known. */
function productOffered(input: ObservationInput, row: number, context: IngestContext): RowResult<ProductRef> {
  if (isOwnOffer(input, context.settings.ownSellers))
    return refuseRow(row, "own_offer", "seller", "the offer is our own");
  const named = input.sku === undefined ? undefined : context.products.get(input.sku);
  if (named) return { ok: true, value: named };
  const skus = onSale(skusOfGtin(input.gtin, context), context);
  if (skus.length === 0) return productMapped(input, row, context);
  if (skus.length > 1)
    return refuseRow(
      row,
      "ambiguous_product",
      "gtin",
      `${skus.length} products carry the GTIN ${input.gtin}`,
    );
  const product = skus[0] === undefined ? undefined : context.products.get(skus[0]);
  return product ? { ok: true, value: product } : { ok: false, verdict: unknownSku(input, row) };
}

/** The product that the competitor's number or page is mapped to, with the pack factor of that listing. */
function productMapped(input: ObservationInput, row: number, context: IngestContext): RowResult<ProductRef> {
  const key = mappingKeys(input.competitor, input).find((one) => context.mapped.has(one));
  const listing = key === undefined ? undefined : context.mapped.get(key);
  const product = listing && context.products.get(listing.sku);
  if (!product) return { ok: false, verdict: unknownSku(input, row) };
  return { ok: true, value: listing.packFactor === null ? product : { ...product, ...listing } };
}

function skusOfGtin(gtin: string | undefined, context: IngestContext): string[] {
  if (gtin === undefined) return [];
  return [...new Set(gtinForms(gtin).flatMap((form) => context.skusByGtin.get(form) ?? []))];
}

/** Of several products those that are still sold; what is retired makes nothing ambiguous. */
function onSale(skus: string[], { products }: IngestContext): string[] {
  const active = skus.filter((sku) => products.get(sku)?.active);
  return active.length > 0 ? active : skus.slice(0, 1);
}

/** A GTIN is the same number with 8, 12, 13 or 14 digits, zeros in front. */
function gtinForms(gtin: string): string[] {
  const digits = gtin.trim();
  if (!/^\d{1,14}$/.test(digits)) return [digits];
  const bare = digits.replace(/^0+/, "");
  return [
    ...new Set([
      digits,
      ...[8, 12, 13, 14].filter((n) => n >= bare.length).map((n) => bare.padStart(n, "0")),
    ]),
  ];
}
