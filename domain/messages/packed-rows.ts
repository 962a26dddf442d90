import {
  type AggregateRow,
  type Availability,
  type CartPatternRow,
  type DemandExtras,
  type DemandRow,
  type EventRow,
  type InventoryRow,
  KEPT_AVAILABILITIES,
  type ListedPrice,
  type ObservationRow,
  type RowKind,
  type RowsByKind,
} from "./rows.ts";

/**
 * Rows as one flat list of values: a tenth of the text that as many objects would repeat their keys in. Calls to a
 * shard, its journal and its stored histories all use this form.
 */
export interface PackedRows {
  version: number;
  /** competitors that the values name by their place in this list */
  competitors: string[];
  /** the SKU and then the columns of its kind, row after row */
  values: PackedValue[];
  /** of the observations in another currency: the row's number, and the price as it was asked */
  listed: [row: number, listed: ListedPrice][];
  /** of the observations that name a seller: the row's number, and the seller; absent: none does */
  sellers?: [row: number, seller: string][];
  /** of the observations of another pack: the row's number, and the pack factor; absent: of none */
  packs?: [row: number, packFactor: number][];
  /** of the rows of demand that are longer than a day or name their promotions; absent: of none */
  extras?: [row: number, extras: DemandExtras][];
}

type PackedValue = number | string | boolean | null;

/** How rows name their SKU: by name in a call, by its number in the journal. */
type SkuRef = number | string;

/** Grows with every change of the columns below: what another version packed is refused instead of misread. */
export const PACKED_VERSION = 1;

/** SKU, row, competitor, then the price in PRICE_WIDTH values, ms before the receipt. */
const OBSERVATION_WIDTH = 7;
const PRICE_AT = 3;
const AGE_AT = 6;

/** The columns of the other kinds, which are their fields; one that is left out does not compile. */
const COLUMNS = {
  demand: columnsOf<DemandRow>({
    row: true,
    day: true,
    units: true,
    price: true,
    revenue: true,
    inStockShare: true,
    promo: true,
    views: true,
    carts: true,
  }),
  events: columnsOf<EventRow>({
    row: true,
    event: true,
    visitor: true,
    type: true,
    device: true,
    quantity: true,
    price: true,
    dwellSeconds: true,
    at: true,
  }),
  inventory: columnsOf<InventoryRow>({
    row: true,
    warehouse: true,
    id: true,
    type: true,
    effect: true,
    quantity: true,
    at: true,
  }),
  aggregates: columnsOf<AggregateRow>({
    row: true,
    aggregator: true,
    available: true,
    min: true,
    avg: true,
    max: true,
    storesTracked: true,
    observedAt: true,
  }),
  carts: columnsOf<CartPatternRow>({ row: true, visitor: true, carts: true, at: true, bought: true }),
} satisfies Record<Exclude<RowKind, "observations">, string[]>;

function columnsOf<Row>(fields: Record<Exclude<keyof Row, "sku" | keyof DemandExtras>, true>): string[] {
  return Object.keys(fields);
}

export function emptyPacked(): PackedRows {
  return { version: PACKED_VERSION, competitors: [], values: [], listed: [] };
}

/** Appends a row. `receivedAt`: of its chunk, ms. */
export function packRow<K extends RowKind>(
  packed: PackedRows,
  kind: K,
  row: RowsByKind[K],
  sku: SkuRef,
  receivedAt: number,
): void {
  if (kind === "observations") {
    packObservation(packed, row as ObservationRow, sku, receivedAt);
    return;
  }
  packed.values.push(sku);
  const fields = row as unknown as Record<string, PackedValue>;
  for (const column of COLUMNS[kind as keyof typeof COLUMNS]) packed.values.push(fields[column]!);
  const extras = demandExtras(row as DemandExtras);
  if (Object.keys(extras).length === 0) return;
  packed.extras ??= [];
  packed.extras.push([row.row, extras]);
}

/** What a row or day of demand has beside its figures. */
export function demandExtras({ period, promotions }: StoredExtras): DemandExtras {
  return { ...(period && { period }), ...(promotions && { promotions }) };
}

/** As a table has them, where null stands for nothing. */
type StoredExtras = { [name in keyof DemandExtras]?: DemandExtras[name] | null };

/** The rows again. `nameOf` names the SKU that a row refers to. @throws RangeError on another version's */
export function unpackRows<K extends RowKind>(
  packed: PackedRows,
  kind: K,
  receivedAt: number,
  nameOf: (sku: SkuRef) => string,
): RowsByKind[K][] {
  assertPackedVersion(packed.version);
  if (kind === "observations") return unpackObservations(packed, receivedAt, nameOf) as RowsByKind[K][];
  const columns = COLUMNS[kind as keyof typeof COLUMNS];
  const { values } = packed;
  const extrasOf = new Map(packed.extras);
  const rows: RowsByKind[K][] = [];
  for (let at = 0; at < values.length; at += columns.length + 1) {
    const row: Record<string, PackedValue> = { sku: nameOf(values[at] as SkuRef) };
    for (let i = 0; i < columns.length; i++) row[columns[i]!] = values[at + 1 + i]!;
    if (extrasOf.size > 0) Object.assign(row, extrasOf.get(row.row as number));
    rows.push(row as unknown as RowsByKind[K]);
  }
  return rows;
}

/** @throws RangeError if what is to be read was packed by another version of this code */
export function assertPackedVersion(version: number): void {
  if (version !== PACKED_VERSION)
    throw new RangeError(`packed in version ${version}, and this code reads version ${PACKED_VERSION}`);
}

function packObservation(packed: PackedRows, row: ObservationRow, sku: SkuRef, receivedAt: number): void {
  const { competitors, values, listed } = packed;
  let competitor = competitors.indexOf(row.competitor);
  if (competitor < 0) competitor = competitors.push(row.competitor) - 1;
  values.push(sku, row.row, competitor);
  packPrice(values, row);
  values.push(receivedAt - row.observedAt);
  if (row.listed !== undefined) listed.push([row.row, row.listed]);
  if (row.packFactor !== undefined) {
    packed.packs ??= [];
    packed.packs.push([row.row, row.packFactor]);
  }
  if (row.seller === undefined) return;
  packed.sellers ??= [];
  packed.sellers.push([row.row, row.seller]);
}

function unpackObservations(
  { competitors, values, listed, sellers = [], packs = [] }: PackedRows,
  receivedAt: number,
  nameOf: (sku: SkuRef) => string,
): ObservationRow[] {
  const listedOf = new Map(listed);
  const sellerOf = new Map(sellers);
  const packsOf = new Map(packs);
  const rows: ObservationRow[] = [];
  for (let at = 0; at < values.length; at += OBSERVATION_WIDTH) {
    const row: ObservationRow = {
      row: values[at + 1] as number,
      sku: nameOf(values[at] as SkuRef),
      competitor: competitors[values[at + 2] as number]!,
      price: 0,
      landedPrice: 0,
      availability: "unknown",
      observedAt: receivedAt - (values[at + AGE_AT] as number),
    };
    unpackPrice(row, values, at + PRICE_AT);
    if (listedOf.size > 0 && listedOf.has(row.row)) row.listed = listedOf.get(row.row)!;
    if (sellerOf.size > 0 && sellerOf.has(row.row)) row.seller = sellerOf.get(row.row)!;
    if (packsOf.size > 0 && packsOf.has(row.row)) row.packFactor = packsOf.get(row.row)!;
    rows.push(row);
  }
  return rows;
}

/** A price with what a shopper pays in the end, and whether it can be had. Minor units. */
interface Priced {
  price: number;
  landedPrice: number;
  availability: Availability;
}

/** Values of a price. */
export const PRICE_WIDTH = 3;

/** Appends a price: itself, what the landed price adds to it, and the place of its availability in the list of them. */
export function packPrice(values: PackedValue[], { price, landedPrice, availability }: Priced): void {
  values.push(price, landedPrice - price, KEPT_AVAILABILITIES.indexOf(availability));
}

/** Reads the price that begins at a place of the values into `priced`. */
export function unpackPrice(priced: Priced, values: readonly PackedValue[], at: number): void {
  priced.price = values[at] as number;
  priced.landedPrice = priced.price + (values[at + 1] as number);
  priced.availability = KEPT_AVAILABILITIES[values[at + 2] as number]!;
}
