import { DurableObject } from "cloudflare:workers";
import type { Env } from "../db/env.ts";
import { limitedObjectEnv, limitedStorage } from "../db/limits/limited-env.ts";
import { MINUTE_MS } from "../domain/base/time.ts";
import type { OfferState, SkuPresent } from "../domain/messages/present.ts";
import type {
  CompetitorHistory,
  HourlySales,
  ShardAnswer,
  ShardCall,
  ShardSettings,
  SkuHistory,
} from "../domain/messages/shard.ts";
import { isWanted, type PackedVisits, type VisitQuery, VisitWriter } from "../domain/messages/visits.ts";
import { changePoints } from "../domain/shard/competitors/change-points.ts";
import { latestAt } from "../domain/shard/competitors/history.ts";
import {
  firstMovements,
  type MovementQuery,
  movementsOf,
  type SkuMovement,
} from "../domain/shard/competitors/movements.ts";
import { hourlySales } from "../domain/shard/demand/hourly-sales.ts";
import { inEpoch } from "../domain/shard/epoch.ts";
import type { JournalEntry } from "../domain/shard/journal.ts";
import { exactOffers } from "../domain/shard/present.ts";
import {
  groupSeenAt,
  leadingSeller,
  marketplaceHistory,
  type SellerGroup,
  sellerGroups,
} from "../domain/shard/sellers.ts";
import { dueSkus, type ShardState, shardDueAt } from "../domain/shard/shard.ts";
import { type ShopNow, shopNow } from "../domain/shard/shop-state.ts";
import { emptySku, markProjected } from "../domain/shard/state.ts";
import { refreshSkus, takeCall } from "../domain/shard/take-call.ts";
import type { ShardSize } from "../services/ports.ts";
import { sendReproject } from "../services/queues.ts";
import { readCall, writeAnswer } from "./sku-shard/call-text.ts";
import { ShardPlace } from "./sku-shard/place.ts";
import { ShardStorage } from "./sku-shard/storage.ts";

/** The runtime retries a failed alarm six times. After this many retries the object sets a new one itself. */
const ALARM_RETRIES_MAX = 5;
/** Instants are rounded up to this, so that SKUs that are due about the same time share one alarm. */
const ROUNDED_TO_MS = 5_000;
/** What is already due was just announced. If it still is after this time, it is announced again. */
const REMINDER_MS = MINUTE_MS;

/**
 * Holds the SKUs that hash to it. Every call is one commit, answered with the present state of the SKUs that it names.
 * Only a shell: what happens to the state is decided in domain/shard.
 */
export class SkuShard extends DurableObject<Env> {
  readonly #storage: ShardStorage;
  readonly #place: ShardPlace;
  #shard: ShardState | null = null;
  /** when the alarm is set for, ms; null = not set */
  #armedAt: number | null = null;
  /** the settings that were read last, with their text */
  #settings: { text: string; settings: ShardSettings } | null = null;

  constructor(ctx: DurableObjectState, env: Env, foldCallsMin?: number) {
    super(ctx, limitedObjectEnv(env));
    this.#storage = new ShardStorage(limitedStorage(ctx.storage, env), foldCallsMin);
    this.#place = new ShardPlace(ctx.storage.sql, this.#storage.isEmpty());
    ctx.blockConcurrencyWhile(async () => {
      this.#armedAt = await ctx.storage.getAlarm();
    });
  }

  /**
   * Takes the rows of all chunks in one commit. The same chunk again gets the same verdicts and writes nothing.
   */
  async observe(call: ShardCall): Promise<ShardAnswer> {
    const { answer, entry, touched } = this.#changing((shard) => takeCall(shard, call));
    this.#commit(entry, touched, call.now);
    return { ...answer, skus: this.#raised(answer.skus) };
  }

  /** The same as text, which reaches the object at a fraction of the cost of many small values. */
  async observeText(text: string, isDryRun = false): Promise<string> {
    const call = readCall(text, (settings) => this.#readSettings(settings));
    return writeAnswer(isDryRun ? this.#dryRun(call) : await this.observe(call));
  }

  /** The present state of these SKUs, after what is due for them has been evaluated. */
  async present(skus: string[]): Promise<SkuPresent[]> {
    const now = Date.now();
    const result = this.#changing((shard) => refreshSkus(shard, skus, now));
    this.#commit(result.entry, result.touched, now);
    return this.#raised(result.skus);
  }

  /**
   * Notes that the states answered with these marks are projected. This is not stored: after a restart they are
   * announced once more, which does no harm.
   */
  async markProjected(marks: [sku: string, mark: number][]): Promise<void> {
    const shard = this.#loaded();
    for (const [sku, mark] of marks) {
      const number = shard.numbers.get(sku);
      if (number !== undefined) markProjected(shard.skus[number]!, mark);
    }
  }

  /** Every competitor's change points and the sales by the hour, as they were known at `asOf` (ms). */
  async history(skus: string[], asOf: number, bySeller = false): Promise<SkuHistory[]> {
    const shard = this.#loaded();
    return skus.map((sku) => {
      const number = shard.numbers.get(sku);
      const state = number === undefined ? null : shard.skus[number]!;
      const { settings } = shard;
      const groups = state === null || settings === null ? [] : sellerGroups(state, settings);
      const competitors = groups
        .flatMap((group) => competitorHistories(group, settings!, { asOf, bySeller }))
        .filter(({ points }) => points.length > 0)
        .sort((a, b) => (a.competitor < b.competitor ? -1 : 1));
      const sales = state?.shop ? hourlySales(state.shop.activity, asOf) : null;
      return { sku, competitors, ...(sales ? { sales } : {}) };
    });
  }

  /** The newest movements of all SKUs, or of one. */
  async movements(query: MovementQuery): Promise<SkuMovement[]> {
    const shard = this.#loaded();
    const { settings } = shard;
    if (settings === null) return [];
    const { sku, share, since, until } = query;
    const one = sku === undefined ? undefined : shard.numbers.get(sku);
    const states = sku === undefined ? shard.skus : one === undefined ? [] : [shard.skus[one]!];
    const moves = states.flatMap((state) => {
      const groups = sellerGroups(state, settings).filter((group) => groupSeenAt(group) >= since);
      const known = groups.flatMap((group) =>
        competitorHistories(group, settings, { asOf: until, bySeller: false }),
      );
      const currency = state.product?.currency ?? "";
      return movementsOf(known, share, since, until).map((move) => ({ ...move, sku: state.sku, currency }));
    });
    return firstMovements(moves, query);
  }

  /** A SKU's sales by the hour until now; null if no shop event of it is known. */
  async sales(sku: string, now: number): Promise<HourlySales | null> {
    const shard = this.#loaded();
    const number = shard.numbers.get(sku);
    const shop = number === undefined ? null : shard.skus[number]!.shop;
    return shop ? hourlySales(shop.activity, now) : null;
  }

  /** The accepted events of a time; they are kept a little longer than a day and the time that they may be late. */
  async visits(query: VisitQuery): Promise<PackedVisits> {
    const writer = new VisitWriter();
    for (const { sku, shop } of this.#loaded().skus)
      for (const { visitor, at, kind } of shop?.activity.ids.values() ?? [])
        if (visitor !== undefined && isWanted(visitor, at, query)) writer.add(sku, visitor, at, kind!);
    return writer.finish();
  }

  /** The latest offers of a SKU, exactly: with the time at which each was last seen. */
  async offers(sku: string): Promise<OfferState[]> {
    const shard = this.#loaded();
    const number = shard.numbers.get(sku);
    return number === undefined ? [] : exactOffers(shard.skus[number]!, shard.sources, shard.settings);
  }

  /** What shoppers do with a SKU right now. */
  async shop(sku: string): Promise<ShopNow> {
    const shard = this.#loaded();
    const number = shard.numbers.get(sku);
    return shopNow(number === undefined ? emptySku(sku) : shard.skus[number]!);
  }

  /**
   * Wakes the projection for SKUs that are due. They are evaluated when their present state is fetched and stay due
   * until then, and their changes are announced until they are projected: so a wake-up that is lost on its way is sent
   * again.
   */
  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    this.#armedAt = null;
    const now = Date.now();
    const due = dueSkus(this.#loaded(), now);
    try {
      if (due.length > 0) await sendReproject(this.env, due);
    } catch (error) {
      if ((info?.retryCount ?? 0) < ALARM_RETRIES_MAX) throw error;
      console.error("wake-up of the projection failed, it is tried again later", error);
    }
    this.#arm(Date.now());
  }

  /** What the shard has on disk and in memory. Loads nothing. */
  async size(): Promise<ShardSize> {
    return {
      stored: this.ctx.storage.sql.databaseSize,
      held: this.#shard === null ? 0 : this.#storage.stateBytes,
    };
  }

  #readSettings(text: string): ShardSettings {
    if (this.#settings?.text !== text) this.#settings = { text, settings: JSON.parse(text) };
    return this.#settings.settings;
  }

  /** The answer that a call would get. The state in memory is thrown away afterwards, and read again from disk. */
  #dryRun(call: ShardCall): ShardAnswer {
    try {
      return takeCall(this.#loaded(), call).answer;
    } finally {
      this.#shard = null;
    }
  }

  #raised(skus: readonly SkuPresent[]): SkuPresent[] {
    return skus.map((present) => inEpoch(present, this.#place.epoch));
  }

  #loaded(): ShardState {
    this.#shard ??= this.#storage.load();
    return this.#shard;
  }

  /**
   * Runs a step that changes the state in memory. If it fails half-way, the state is read again from disk.
   */
  #changing<T>(step: (shard: ShardState) => T): T {
    try {
      return step(this.#loaded());
    } catch (error) {
      this.#shard = null;
      throw error;
    }
  }

  #commit(entry: JournalEntry | null, touched: ReadonlySet<number>, now: number): void {
    if (entry === null) return;
    this.#place.settle(now);
    this.#changing((shard) => this.#storage.commit(shard, entry, touched));
    // an alarm that is set is early enough for every SKU that did not change
    this.#arm(now, this.#armedAt === null ? undefined : touched);
  }

  #arm(now: number, touched?: ReadonlySet<number>): void {
    const at = nextAlarmAt(shardDueAt(this.#loaded(), touched), this.#armedAt, now);
    if (at === null) return;
    this.#armedAt = at;
    // not awaited, so that it is part of the commit of this call
    this.ctx.waitUntil(this.ctx.storage.setAlarm(at));
  }
}

/** What a competitor asked over time, or what each of its sellers did. */
function competitorHistories(
  group: SellerGroup,
  settings: ShardSettings,
  { asOf, bySeller }: { asOf: number; bySeller: boolean },
): CompetitorHistory[] {
  const { competitor, states } = group;
  if (bySeller)
    return states.map(({ seller, history }) => ({
      competitor,
      ...(seller === null ? {} : { seller }),
      points: changePoints(history, asOf),
    }));
  const history = marketplaceHistory(group, settings);
  // the rate belongs to the newest price, not to an earlier one
  const rate = leadingSeller(group, groupSeenAt(group), settings)?.rate;
  const isStale = rate?.stale === true && latestAt(history) <= asOf;
  return [{ competitor, points: changePoints(history, asOf), ...(isStale ? { rateIsStale: true } : {}) }];
}

/**
 * When to set the shard's alarm, ms; null to leave it. An earlier alarm is kept, since setting one writes a row, and
 * firing early costs less.
 */
function nextAlarmAt(dueAt: number, armedAt: number | null, now: number): number | null {
  if (dueAt === Number.POSITIVE_INFINITY) return null;
  const at = dueAt <= now ? now + REMINDER_MS : Math.ceil(dueAt / ROUNDED_TO_MS) * ROUNDED_TO_MS;
  return armedAt !== null && armedAt <= at ? null : at;
}
