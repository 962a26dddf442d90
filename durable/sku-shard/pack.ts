import { roundQuantity } from "../../domain/base/quantity.ts";
import {
  assertPackedVersion,
  demandExtras,
  PACKED_VERSION,
  PRICE_WIDTH,
  packPrice,
  unpackPrice,
} from "../../domain/messages/packed-rows.ts";
import type { DemandExtras } from "../../domain/messages/rows.ts";
import type { ShardProduct } from "../../domain/messages/shard.ts";
import { emptyColumns } from "../../domain/shard/competitors/columns.ts";
import type {
  ObservationHistory,
  PriceLevel,
  ShedObservation,
} from "../../domain/shard/competitors/history.ts";
import type { DemandDay } from "../../domain/shard/demand/demand-day.ts";
import { keepOlder } from "../../domain/shard/older.ts";
import {
  type CompetitorState,
  emptyCompetitor,
  emptySku,
  type OlderState,
  type SkuState,
  stateKey,
  type TrackedSignal,
  type Unprojected,
} from "../../domain/shard/state.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { type PackedShop, packShop, unpackShop } from "./pack-shop.ts";

/** A competitor without its history; absent fields are as in an empty one. */
type PackedCompetitor = Pick<CompetitorState, "competitor" | "receivedAt" | "projected"> &
  Partial<
    Pick<
      CompetitorState,
      | "seller"
      | "corrections"
      | "gate"
      | "doubtful"
      | "quarantine"
      | "rate"
      | "packFactor"
      | "match"
      | "missing"
    >
  > & { foldedUntil: number; shed?: ShedObservation[] };

/** The small parts of a SKU, which stay readable. Histories and demand days follow in binary. */
interface SkuHeader {
  sku: string;
  product: ShardProduct | null;
  signals: TrackedSignal[];
  demandVersion: number;
  clock: number;
  competitors: PackedCompetitor[];
  days: string[];
  /** in-stock shares are fractions, which varints cannot hold */
  shares: (number | null)[];
  /** of the days by their place whose units are not whole: the part behind the point; absent: of none */
  parts?: [at: number, part: number][];
  /** of the days by their place that are the first of a longer period or name their promotions; absent: of none */
  extras?: [at: number, extras: DemandExtras][];
  shop?: PackedShop;
  /** of what is on disk beside it: the days of demand; absent: nothing is */
  older?: { count: number; until: string };
  unprojected?: Unprojected;
  rulesChanged?: boolean;
}

/** A group of SKUs as one blob: the version in its first byte, the headers as JSON, then the columns. */
export function packSkus(skus: readonly SkuState[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  const headers = skus.map(headerOf);
  writer.unsigned(versionFor(headers));
  writer.text(JSON.stringify(headers));
  for (const sku of skus) {
    for (const { history } of sku.competitors.values()) writeHistory(writer, history);
    for (const day of sku.demand.values()) writeDay(writer, day);
  }
  return writer.finish();
}

/**
 * The SKUs of a group. `dueAt` is not stored: the caller derives it. `readOlder` reads what is on disk beside the SKU at a
 * place of the group.
 */
export function unpackSkus(bytes: Uint8Array, readOlder?: (at: number) => OlderState): SkuState[] {
  const reader = new ByteReader(bytes);
  const version = reader.unsigned();
  if (!VERSIONS.includes(version)) assertPackedVersion(version);
  const headers = JSON.parse(reader.text()) as SkuHeader[];
  return headers.map((header, place) => {
    const { sku, product, signals, demandVersion, clock } = header;
    const shop = header.shop === undefined ? null : unpackShop(header.shop);
    const state: SkuState = {
      ...emptySku(sku),
      product,
      signals,
      demandVersion,
      clock,
      shop,
      unprojected: header.unprojected ?? null,
      rulesChanged: header.rulesChanged ?? false,
    };
    for (const { foldedUntil, shed = [], ...packed } of header.competitors) {
      const history = { ...readHistory(reader, foldedUntil), shed };
      const key = stateKey(packed.competitor, packed.seller);
      state.competitors.set(key, { ...emptyCompetitor(packed.competitor), ...packed, history });
    }
    const extrasOf = new Map(header.extras);
    const partOf = new Map(header.parts);
    for (const [i, day] of header.days.entries()) {
      const figures = readDay(reader, header.shares[i] ?? null);
      figures.units = roundQuantity(figures.units + (partOf.get(i) ?? 0));
      state.demand.set(day, { ...figures, ...extrasOf.get(i) });
    }
    const { older } = header;
    if (older !== undefined) {
      if (readOlder === undefined) throw new Error(`what is older of ${sku} is not here`);
      keepOlder(state, readingAt(readOlder, place), older);
    }
    return state;
  });
}

/** A function of its own: one made where a group is read would keep all of it in memory. */
function readingAt(readOlder: (at: number) => OlderState, place: number): () => OlderState {
  return () => readOlder(place);
}

/**
 * The version of a group in which some units are not whole: code that knows nothing of their parts refuses it instead of
 * dropping them. Groups without such units stay readable to it.
 */
const VERSION_WITH_PARTS = PACKED_VERSION + 1;
/** The version of a group of whose SKUs a part lies beside it. */
const VERSION_WITH_OLDER = PACKED_VERSION + 2;
const VERSIONS = [PACKED_VERSION, VERSION_WITH_PARTS, VERSION_WITH_OLDER];

function versionFor(headers: readonly SkuHeader[]): number {
  if (headers.some(({ older }) => older !== undefined)) return VERSION_WITH_OLDER;
  return headers.some(({ parts }) => parts !== undefined) ? VERSION_WITH_PARTS : PACKED_VERSION;
}

function headerOf(state: SkuState): SkuHeader {
  const { sku, product, signals, demandVersion, clock } = state;
  const competitors = [...state.competitors.values()].map(packCompetitor);
  const demand = state.demand.values();
  const shares = demand.map((day) => day.inStockShare);
  const extras = demand.flatMap((day, at): [number, DemandExtras][] => {
    const own = demandExtras(day);
    return Object.keys(own).length > 0 ? [[at, own]] : [];
  });
  const parts = demand.flatMap(({ units }, at): [number, number][] =>
    Number.isInteger(units) ? [] : [[at, roundQuantity(units - Math.floor(units))]],
  );
  const header = {
    ...(state.unprojected === null ? {} : { unprojected: state.unprojected }),
    ...(state.rulesChanged ? { rulesChanged: true } : {}),
    sku,
    product,
    signals,
    demandVersion,
    clock,
    competitors,
    days: state.demand.keys(),
    shares,
    ...(extras.length > 0 && { extras }),
    ...(parts.length > 0 && { parts }),
    ...(state.readOlder !== null && { older: olderOf(state) }),
  };
  return state.shop === null ? header : { ...header, shop: packShop(state.shop) };
}

function olderOf({ demand }: SkuState): NonNullable<SkuHeader["older"]> {
  const { count, until } = demand.older ?? { count: 0, until: "" };
  return { count, until };
}

function packCompetitor(state: CompetitorState): PackedCompetitor {
  const { competitor, seller, corrections } = state;
  const { receivedAt, projected, history, gate, doubtful, quarantine, rate, packFactor, match, missing } =
    state;
  return {
    competitor,
    ...(seller === null ? {} : { seller }),
    ...(corrections.length === 0 ? {} : { corrections }),
    receivedAt,
    projected,
    foldedUntil: history.foldedUntil,
    ...(history.shed.length === 0 ? {} : { shed: history.shed }),
    gate,
    ...(doubtful === null ? {} : { doubtful }),
    ...(quarantine.length === 0 ? {} : { quarantine }),
    ...(match === null ? {} : { match }),
    ...(rate === null ? {} : { rate }),
    ...(packFactor === null ? {} : { packFactor }),
    ...(missing === null ? {} : { missing }),
  };
}

function writeHistory(writer: ByteWriter, history: ObservationHistory): void {
  writer.unsigned(history.levels.length);
  for (const level of history.levels) {
    const values: number[] = [];
    packPrice(values, level);
    for (const value of values) writer.signed(value);
    writer.unsigned(level.listed ?? 0);
  }
  const { count, times, marks, tags } = history;
  writer.unsigned(count);
  let before = 0;
  for (let i = 0; i < count; i++) {
    writer.unsigned(times[i]! - before);
    before = times[i]!;
    writer.unsigned(marks[i]!);
    writer.unsigned(tags[i]!);
  }
}

function readHistory(reader: ByteReader, foldedUntil: number): Omit<ObservationHistory, "shed"> {
  const levels: PriceLevel[] = [];
  for (let left = reader.unsigned(); left > 0; left--) {
    const level: PriceLevel = { price: 0, landedPrice: 0, availability: "unknown" };
    unpackPrice(
      level,
      Array.from({ length: PRICE_WIDTH }, () => reader.signed()),
      0,
    );
    const listed = reader.unsigned();
    if (listed !== 0) level.listed = listed;
    levels.push(level);
  }
  const columns = emptyColumns(reader.unsigned());
  let at = 0;
  for (let i = 0; i < columns.count; i++) {
    at += reader.unsigned();
    columns.times[i] = at;
    columns.marks[i] = reader.unsigned();
    columns.tags[i] = reader.unsigned();
  }
  return { ...columns, levels, foldedUntil };
}

function writeDay(writer: ByteWriter, day: DemandDay): void {
  writer.unsigned(Math.floor(day.units));
  writer.unsigned(day.revenue);
  writer.unsigned(day.price);
  writer.unsigned(day.promo ? 1 : 0);
  writer.unsigned((day.views ?? -1) + 1);
  writer.unsigned((day.carts ?? -1) + 1);
  writer.unsigned(day.version);
  writer.unsigned((day.post?.receivedAt ?? -1) + 1);
  if (day.post !== null) {
    writer.unsigned(day.post.row);
    writer.unsigned(day.post.tag);
  }
  writer.unsigned(day.repeats.length);
  for (const tag of day.repeats) writer.unsigned(tag);
}

function readDay(reader: ByteReader, inStockShare: number | null): DemandDay {
  const units = reader.unsigned();
  const revenue = reader.unsigned();
  const price = reader.unsigned();
  const promo = reader.unsigned() === 1;
  const views = reader.unsigned() - 1;
  const carts = reader.unsigned() - 1;
  const version = reader.unsigned();
  const receivedAt = reader.unsigned() - 1;
  const post = receivedAt < 0 ? null : { receivedAt, row: reader.unsigned(), tag: reader.unsigned() };
  const repeats = Array.from({ length: reader.unsigned() }, () => reader.unsigned());
  return {
    units,
    revenue,
    price,
    inStockShare,
    promo,
    views: views < 0 ? null : views,
    carts: carts < 0 ? null : carts,
    version,
    post,
    repeats,
  };
}
