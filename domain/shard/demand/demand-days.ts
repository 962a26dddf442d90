import { dayIndex, dayOfNumber } from "../../base/time.ts";
import { demandExtras } from "../../messages/packed-rows.ts";
import type { DemandExtras } from "../../messages/rows.ts";
import type { DemandDay } from "./demand-day.ts";

const CAPACITY_MIN = 4;
const CAPACITY_GROWTH = 1.25;

/** Bits of a day's flags. A share of 1, which most days have, needs no place of its own. */
const PROMO = 1;
const POSTED = 2;
const WHOLE_DAY = 4;

/** The names of days, which all SKUs share: to make one takes longer than all else that is read of a day. */
const NAMES = new Map<number, string>();

function nameOf(number: number): string {
  const known = NAMES.get(number);
  if (known !== undefined) return known;
  const name = dayOfNumber(number);
  NAMES.set(number, name);
  return name;
}

/** What every day has. */
const COLUMNS = {
  day: Int32Array,
  units: Float64Array,
  price: Float64Array,
  version: Uint32Array,
  receivedAt: Float64Array,
  row: Uint32Array,
  tag: Uint32Array,
  flags: Uint8Array,
} as const;
/** What only some shops post: a column is made with its first value, and holds NaN for days without one. */
const RARE = ["revenue", "share", "views", "carts"] as const;

type Columns = { [name in keyof typeof COLUMNS]: InstanceType<(typeof COLUMNS)[name]> };
type Rare = (typeof RARE)[number];
type AnyColumn = Columns[keyof Columns];

/** Days that are older than those in memory. */
export interface OlderDays {
  count: number;
  /** their newest, a civil day */
  until: string;
  /** Reads them from where they are. */
  read(): DemandDays;
}

/**
 * A SKU's days of demand by civil day, in order: some 50 bytes for each, where objects took 285. The newest are in memory;
 * the older ones are read where they are asked for, and come back into memory where one of them is to change. What is
 * answered is a copy: a change is set.
 */
export class DemandDays {
  #count = 0;
  #older: OlderDays | null = null;
  #columns = Object.fromEntries(
    Object.entries(COLUMNS).map(([name, Kind]) => [name, new Kind(0)]),
  ) as unknown as Columns;
  #rare: Partial<Record<Rare, Float64Array<ArrayBuffer>>> = {};
  #repeats = new Map<number, number[]>();
  #extras = new Map<number, DemandExtras>();

  get size(): number {
    return this.#count + (this.#older?.count ?? 0);
  }

  /** Days that are in memory. */
  get sizeInMemory(): number {
    return this.#count;
  }

  get older(): OlderDays | null {
    return this.#older;
  }

  set older(older: OlderDays | null) {
    this.#older = older;
  }

  get(day: string): DemandDay | undefined {
    this.#thawIfOlder(day);
    const number = dayIndex(day);
    const at = this.#placeOf(number);
    return this.#isAt(at, number) ? this.#read(at) : undefined;
  }

  set(day: string, value: DemandDay): void {
    this.#thawIfOlder(day);
    const number = dayIndex(day);
    const at = this.#placeOf(number);
    if (!this.#isAt(at, number)) this.#insert(at, number);
    this.#write(at, value);
  }

  /** Drops the oldest day. */
  deleteOldest(): void {
    if (this.#older !== null) {
      const { count } = this.#older;
      this.#older = count > 1 ? { ...this.#older, count: count - 1 } : null;
      return;
    }
    if (this.#count === 0) return;
    const number = this.#columns.day[0]!;
    this.#repeats.delete(number);
    this.#extras.delete(number);
    this.#count--;
    for (const column of this.#all()) column.copyWithin(0, 1);
  }

  /** All days in memory: these themselves, or a copy together with the older ones. For reading only. */
  whole(since = ""): DemandDays {
    if (this.#older === null || since > this.#older.until) return this;
    const whole = this.#older.read();
    for (let left = whole.size - this.#older.count; left > 0; left--) whole.deleteOldest();
    for (const day of this.keys()) whole.set(day, this.get(day)!);
    return whole;
  }

  /** Takes the oldest days out of memory until so many are left. Answers those taken out. */
  split(left: number): DemandDays {
    const out = new DemandDays();
    const names = this.keys();
    for (const name of names.slice(0, Math.max(0, names.length - left))) out.set(name, this.get(name)!);
    const kept = new DemandDays();
    for (const name of names.slice(out.size)) kept.set(name, this.get(name)!);
    this.#takeOver(kept);
    return out;
  }

  #thawIfOlder(day: string): void {
    if (this.#older !== null && day <= this.#older.until) this.#takeOver(this.whole());
  }

  #takeOver(days: DemandDays): void {
    this.#count = days.#count;
    this.#columns = days.#columns;
    this.#rare = days.#rare;
    this.#repeats = days.#repeats;
    this.#extras = days.#extras;
    this.#older = days.#older;
  }

  /** The days in memory, oldest first. */
  keys(): string[] {
    return Array.from(this.#columns.day.subarray(0, this.#count), nameOf);
  }

  /** Those in memory, in the order of the days. */
  values(): DemandDay[] {
    return Array.from({ length: this.#count }, (_, at) => this.#read(at));
  }

  #isAt(at: number, number: number): boolean {
    return at < this.#count && this.#columns.day[at] === number;
  }

  /** The place of a day, or the one that it would have. Most calls are about the newest days. */
  #placeOf(number: number): number {
    const { day } = this.#columns;
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (day[middle]! < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(at: number, number: number): void {
    if (this.#count === this.#columns.day.length) this.#grow();
    for (const column of this.#all()) column.copyWithin(at + 1, at, this.#count);
    this.#columns.day[at] = number;
    this.#count++;
  }

  #grow(): void {
    let capacity = CAPACITY_MIN;
    while (capacity <= this.#count) capacity = Math.ceil(capacity * CAPACITY_GROWTH);
    const larger = <T extends AnyColumn>(column: T): T => {
      const next = new (column.constructor as new (length: number) => T)(capacity);
      next.set(column);
      return next;
    };
    const columns = Object.entries(this.#columns).map(([name, column]) => [name, larger(column)]);
    this.#columns = Object.fromEntries(columns) as Columns;
    for (const name of RARE) {
      const column = this.#rare[name];
      if (column) this.#rare[name] = larger(column);
    }
  }

  #all(): AnyColumn[] {
    return [...Object.values(this.#columns), ...Object.values(this.#rare)];
  }

  #write(at: number, value: DemandDay): void {
    const { post, repeats, inStockShare } = value;
    const columns = this.#columns;
    const number = columns.day[at]!;
    columns.units[at] = value.units;
    columns.price[at] = value.price;
    columns.version[at] = value.version;
    columns.receivedAt[at] = post?.receivedAt ?? 0;
    columns.row[at] = post?.row ?? 0;
    columns.tag[at] = post?.tag ?? 0;
    columns.flags[at] =
      (value.promo ? PROMO : 0) + (post === null ? 0 : POSTED) + (inStockShare === 1 ? WHOLE_DAY : 0);
    this.#writeRare("revenue", at, value.revenue === value.units * value.price ? null : value.revenue);
    this.#writeRare("share", at, inStockShare === 1 ? null : inStockShare);
    this.#writeRare("views", at, value.views);
    this.#writeRare("carts", at, value.carts);
    const extras = demandExtras(value);
    if (extras.period || extras.promotions) this.#extras.set(number, extras);
    else this.#extras.delete(number);
    if (repeats.length > 0) this.#repeats.set(number, repeats);
    else this.#repeats.delete(number);
  }

  #writeRare(name: Rare, at: number, value: number | null): void {
    const column = this.#rare[name];
    if (column) column[at] = value ?? Number.NaN;
    else if (value !== null) {
      const made = new Float64Array(this.#columns.day.length).fill(Number.NaN);
      made[at] = value;
      this.#rare[name] = made;
    }
  }

  #readRare(name: Rare, at: number): number | null {
    const value = this.#rare[name]?.[at] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  }

  #read(at: number): DemandDay {
    const columns = this.#columns;
    const number = columns.day[at]!;
    const [units, price, flags] = [columns.units[at]!, columns.price[at]!, columns.flags[at]!];
    const isPosted = (flags & POSTED) !== 0;
    return {
      ...{ units, revenue: this.#readRare("revenue", at) ?? units * price, price },
      inStockShare: flags & WHOLE_DAY ? 1 : this.#readRare("share", at),
      promo: (flags & PROMO) !== 0,
      ...{ views: this.#readRare("views", at), carts: this.#readRare("carts", at) },
      version: columns.version[at]!,
      post: isPosted
        ? { receivedAt: columns.receivedAt[at]!, row: columns.row[at]!, tag: columns.tag[at]! }
        : null,
      repeats: this.#repeats.get(number) ?? [],
      ...this.#extras.get(number),
    };
  }
}
