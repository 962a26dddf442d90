import { AVAILABILITIES } from "../../domain/messages/rows.ts";
import type { OurSide } from "../../domain/messages/shard.ts";
import type { ObservationHistory, PriceLevel } from "../../domain/shard/competitors/history.ts";
import { emptyColumns } from "../../domain/shard/competitors/history.ts";
import type { Untold } from "../../domain/shard/state.ts";
import {
  type CompetitorState,
  type DemandDay,
  emptyCompetitor,
  emptySku,
  type SkuState,
  type TrackedSignal,
} from "../../domain/shard/state.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { type PackedShop, packShop, unpackShop } from "./pack-shop.ts";

/** A competitor without its history; what is absent is as in an empty one. */
type PackedCompetitor = Pick<CompetitorState, "competitor" | "receivedAt" | "told"> &
  Partial<Pick<CompetitorState, "gate" | "doubtful" | "held" | "rate" | "match">> & {
    foldedUntil: number;
  };

/** The parts of a SKU that are few: they stay readable. Histories and demand days follow in binary. */
interface SkuHeader {
  sku: string;
  ours: OurSide | null;
  signals: TrackedSignal[];
  demandVersion: number;
  clock: number;
  competitors: PackedCompetitor[];
  days: string[];
  /** in-stock shares are fractions, which varints cannot hold */
  shares: (number | null)[];
  shop?: PackedShop;
  untold?: Untold;
}

/** A group of SKUs as one blob. */
export function packSkus(skus: readonly SkuState[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.text(JSON.stringify(skus.map(headerOf)));
  for (const sku of skus) {
    for (const { history } of sku.competitors.values()) writeHistory(writer, history);
    for (const day of sku.demand.values()) writeDay(writer, day);
  }
  return writer.finish();
}

/** The group again. When something is due is not stored: the caller derives it. */
export function unpackSkus(bytes: Uint8Array): SkuState[] {
  const reader = new ByteReader(bytes);
  const headers = JSON.parse(reader.text()) as SkuHeader[];
  return headers.map((header) => {
    const { sku, ours, signals, demandVersion, clock } = header;
    const shop = header.shop === undefined ? null : unpackShop(header.shop);
    const state: SkuState = {
      ...emptySku(sku),
      ours,
      signals,
      demandVersion,
      clock,
      shop,
      untold: header.untold ?? null,
    };
    for (const { foldedUntil, ...packed } of header.competitors) {
      const history = readHistory(reader, foldedUntil);
      state.competitors.set(packed.competitor, { ...emptyCompetitor(packed.competitor), ...packed, history });
    }
    for (const [i, day] of header.days.entries())
      state.demand.set(day, readDay(reader, header.shares[i] ?? null));
    return state;
  });
}

function headerOf(state: SkuState): SkuHeader {
  const { sku, ours, signals, demandVersion, clock } = state;
  const competitors = [...state.competitors.values()].map(packCompetitor);
  const shares = [...state.demand.values()].map((day) => day.inStockShare);
  const header = {
    ...(state.untold === null ? {} : { untold: state.untold }),
    sku,
    ours,
    signals,
    demandVersion,
    clock,
    competitors,
    days: [...state.demand.keys()],
    shares,
  };
  return state.shop === null ? header : { ...header, shop: packShop(state.shop) };
}

function packCompetitor(state: CompetitorState): PackedCompetitor {
  const { competitor, receivedAt, told, history, gate, doubtful, held, rate, match } = state;
  return {
    competitor,
    receivedAt,
    told,
    foldedUntil: history.foldedUntil,
    gate,
    ...(doubtful === null ? {} : { doubtful }),
    ...(held.length === 0 ? {} : { held }),
    ...(match === null ? {} : { match }),
    ...(rate === null ? {} : { rate }),
  };
}

function writeHistory(writer: ByteWriter, history: ObservationHistory): void {
  writer.unsigned(history.levels.length);
  for (const { price, landedPrice, availability, listed = 0 } of history.levels) {
    writer.unsigned(price);
    writer.signed(landedPrice - price);
    writer.unsigned(AVAILABILITIES.indexOf(availability));
    writer.unsigned(listed);
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

function readHistory(reader: ByteReader, foldedUntil: number): ObservationHistory {
  const levels: PriceLevel[] = [];
  for (let left = reader.unsigned(); left > 0; left--) {
    const price = reader.unsigned();
    const landedPrice = price + reader.signed();
    const level = { price, landedPrice, availability: AVAILABILITIES[reader.unsigned()]! };
    const listed = reader.unsigned();
    levels.push(listed === 0 ? level : { ...level, listed });
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
  writer.unsigned(day.units);
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
