import { DurableObject } from "cloudflare:workers";
import type { Env } from "../db/env.ts";
import { limitedObjectEnv } from "../db/limits/limited-env.ts";
import type { CompetitorSightings, CrawlEvidence, OfferAbsence } from "../domain/messages/crawls.ts";
import type { OfferState, SkuPresent } from "../domain/messages/present.ts";
import type {
  HourlySales,
  PastSpan,
  ShardAnswer,
  ShardCall,
  ShardSettings,
  SkuHistory,
} from "../domain/messages/shard.ts";
import type { MovingPage, MovingSkus, ShardPage, Standing } from "../domain/messages/shard-page.ts";
import type { RenamedSku, RenameStep } from "../domain/messages/sku-rename.ts";
import type { PackedVisits, VisitQuery } from "../domain/messages/visits.ts";
import type { MovementQuery, SkuMovement } from "../domain/shard/competitors/movements.ts";
import { hourlySales } from "../domain/shard/demand/hourly-sales.ts";
import { inEpoch } from "../domain/shard/epoch.ts";
import { shardHistories, shardMovements, shardVisits } from "../domain/shard/histories.ts";
import type { JournalEntry } from "../domain/shard/journal.ts";
import type { ShardGeneration } from "../domain/shard/layout.ts";
import { shardMemory } from "../domain/shard/memory.ts";
import { absentOffers, sightingsOf } from "../domain/shard/missing.ts";
import { exactOffers } from "../domain/shard/present.ts";
import { dueSkus, type ShardState, shardDueAt } from "../domain/shard/shard.ts";
import { type ShopNow, shopNow } from "../domain/shard/shop-state.ts";
import { emptySku, markProjected, type SkuState } from "../domain/shard/state.ts";
import { refreshSkus, takeCall } from "../domain/shard/take-call.ts";
import { wholePage } from "../domain/shard/whole.ts";
import type { ShardSize } from "../services/ports.ts";
import { sendReproject } from "../services/queues.ts";
import { nextAlarmAt } from "./sku-shard/alarm.ts";
import { MOVED, readCall, writeAnswer } from "./sku-shard/call-text.ts";
import { Handover } from "./sku-shard/handover.ts";
import { withoutLeft } from "./sku-shard/renaming.ts";
import { ShardStanding } from "./sku-shard/standing.ts";
import { limitedShardStorage, type ShardStorage } from "./sku-shard/storage.ts";

/** The runtime retries a failed alarm six times. After this many retries the object sets a new one itself. */
const ALARM_RETRIES_MAX = 5;

/**
 * Holds the SKUs that hash to it. Every call is one commit, answered with the present state of the SKUs that it names.
 * Only a shell: what happens to the state is decided in domain/shard.
 */
export class SkuShard extends DurableObject<Env> {
  readonly #storage: ShardStorage;
  readonly #standing: ShardStanding;
  readonly #handover: Handover;
  #shard: ShardState | null = null;
  /** when the alarm is set for, ms; null = not set */
  #armedAt: number | null = null;
  /** the settings that were read last, with their text */
  #settings: { text: string; settings: ShardSettings } | null = null;

  constructor(ctx: DurableObjectState, env: Env, foldCallsMin?: number) {
    super(ctx, limitedObjectEnv(env));
    this.#storage = limitedShardStorage(ctx.storage, env, foldCallsMin);
    this.#standing = new ShardStanding(ctx.storage.sql, this.#storage.isEmpty());
    this.#handover = new Handover({
      ...{ storage: this.#storage, standing: this.#standing },
      loaded: () => this.#loaded(),
      changing: (step) => this.#changing(step),
      arm: (now) => this.#arm(now),
      forget: () => {
        this.#shard = null;
      },
    });
    ctx.blockConcurrencyWhile(async () => {
      this.#armedAt = await ctx.storage.getAlarm();
    });
  }

  /**
   * Takes the rows of all chunks in one commit. The same chunk again gets the same verdicts and writes nothing.
   */
  async observe(call: ShardCall): Promise<ShardAnswer> {
    try {
      const { answer, entry, touched } = this.#changing((shard) => takeCall(shard, call));
      this.#commit(entry, touched, call.now);
      return { ...answer, skus: this.#raised(answer.skus) };
    } catch (error) {
      // a chunk's id begins with the source, kind and id of its batch, under which the request is logged too
      const chunks = call.chunks.map(({ chunkId }) => chunkId);
      const object = this.ctx.id.name;
      console.error({ event: "shard.observe_failed", object, chunks, error: String(error) });
      throw error;
    }
  }

  /** The same as text, which reaches the object at a fraction of the cost of many small values. */
  async observeText(text: string, isDryRun = false): Promise<string> {
    if (this.#standing.now.movedTo !== null) return MOVED;
    const asked = readCall(text, (settings) => this.#readSettings(settings));
    const call = withoutLeft(asked, this.#standing.now.left);
    if (call === null) return MOVED;
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
    for (const [sku, mark] of marks) {
      const known = this.#known(sku);
      if (known) markProjected(known, mark);
    }
  }

  /** Every competitor's change points and the sales by the hour, as they were known at `asOf` (ms); and old demand. */
  async history(skus: string[], asOf: number, bySeller = false, past?: PastSpan): Promise<SkuHistory[]> {
    return shardHistories(this.#loaded(), skus, { asOf, bySeller, past });
  }

  /** The same of many SKUs as text, which leaves the object at a fraction of the cost of many small values. */
  async historyText(skus: string[], asOf: number, past?: PastSpan): Promise<string> {
    this.#changing((shard) => this.#storage.foldBeforeReads(shard));
    return JSON.stringify(shardHistories(this.#loaded(), skus, { asOf, bySeller: false, past }));
  }

  /** The newest movements of all SKUs, or of one. */
  async movements(query: MovementQuery): Promise<SkuMovement[]> {
    return shardMovements(this.#loaded(), query);
  }

  /** A sample of what a source saw of each competitor. */
  async sightings(source: string): Promise<CompetitorSightings[]> {
    return sightingsOf(this.#loaded(), source);
  }

  /** Offers that a source's crawls were without, `most` of them. */
  async absences(source: string, evidence: CrawlEvidence, most: number): Promise<OfferAbsence[]> {
    return absentOffers(this.#loaded(), source, evidence, most);
  }

  /** A SKU's sales by the hour until now; null if no shop event of it is known. */
  async sales(sku: string, now: number): Promise<HourlySales | null> {
    const shop = this.#known(sku)?.shop;
    return shop ? hourlySales(shop.activity, now) : null;
  }

  /** The accepted events of a time; they are kept a little longer than a day and the time that they may be late. */
  async visits(query: VisitQuery): Promise<PackedVisits> {
    return shardVisits(this.#loaded(), query);
  }

  /** The latest offers of a SKU, exactly: with the time at which each was last seen. */
  async offers(sku: string): Promise<OfferState[]> {
    const { sources, settings } = this.#loaded();
    const known = this.#known(sku);
    return known ? exactOffers(known, sources, settings) : [];
  }

  /** What shoppers do with a SKU right now. */
  async shop(sku: string): Promise<ShopNow> {
    return shopNow(this.#known(sku) ?? emptySku(sku));
  }

  /**
   * Wakes the projection for SKUs that are due. They are evaluated when their present state is fetched and stay due
   * until then, and their changes are announced until they are projected: so a wake-up that is lost on its way is sent
   * again.
   */
  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    this.#armedAt = null;
    if (this.#standing.now.movedTo !== null) return;
    const now = Date.now();
    const due = dueSkus(this.#loaded(), now);
    try {
      if (due.length > 0) await sendReproject(this.env, due);
    } catch (error) {
      if ((info?.retryCount ?? 0) < ALARM_RETRIES_MAX) throw error;
      console.error({ event: "shard.wake_up_failed", skus: due.length, error: String(error) });
    }
    this.#arm(Date.now());
  }

  async standing(): Promise<Standing> {
    this.#standing.settle(Date.now());
    return this.#standing.now;
  }

  async beginEpoch(runId: string): Promise<Standing> {
    return this.#standing.beginEpoch(runId, Date.now());
  }

  async knowAll(): Promise<void> {
    if (this.#standing.now.bornAt !== 0) this.#standing.change({ bornAt: 0 });
  }

  /** SKUs from a number on, with everything that D1 is to have of them. */
  async page(from: number): Promise<ShardPage> {
    const page = wholePage(this.#loaded(), from, Date.now());
    return { ...page, skus: this.#raised(page.skus) };
  }

  /** Takes no call any more: its SKUs go to another generation. */
  async close(to: ShardGeneration): Promise<ShardGeneration> {
    return this.#handover.close(to);
  }

  /** SKUs from a number on, for the shards that are to have them. */
  async moving(from: number): Promise<MovingPage> {
    return this.#handover.moving(from);
  }

  /** Takes SKUs over from another shard, unless it has got them all before. */
  async adopt(from: number, moving: MovingSkus, giver: Pick<Standing, "epoch" | "bornAt">): Promise<void> {
    this.#handover.adopt(from, moving, giver);
  }

  /** All SKUs of another shard are here: from now on they take calls here. */
  async endFeeding(from: number): Promise<void> {
    this.#handover.endFeeding(from);
  }

  /** Drops the SKUs of a closed shard. */
  async clear(): Promise<void> {
    this.#handover.clear();
  }

  /** A step of a rename; answers the product that is given away. */
  async rename(step: RenameStep): Promise<RenamedSku | null> {
    return this.#handover.rename(step);
  }

  /** What the shard has on disk and in memory. Loads nothing. */
  async size(): Promise<ShardSize> {
    return {
      stored: this.ctx.storage.sql.databaseSize,
      held: this.#shard === null ? 0 : shardMemory(this.#shard),
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
    return skus.map((present) => inEpoch(present, this.#standing.now.epoch));
  }

  #known(sku: string): SkuState | undefined {
    const { numbers, skus } = this.#loaded();
    return skus[numbers.get(sku) ?? -1];
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
    this.#standing.settle(now);
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
