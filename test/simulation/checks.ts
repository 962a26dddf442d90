import { expect } from "vitest";
import { INBOX_COUNT, shardOf } from "../../domain/base/sharding.ts";
import { batchKeyOf, type Receipt } from "../../domain/messages/batch.ts";
import type { CartPatternRow } from "../../domain/messages/rows.ts";
import type { ShardChunk } from "../../domain/messages/shard.ts";
import { countVerdicts } from "../../domain/messages/verdict.ts";
import { cartPatterns, type SessionState } from "../../domain/shard/demand/visitor.ts";
import { stockOf } from "../../domain/shard/shop-state.ts";
import type { World } from "./platform/world.ts";
import type { Reference } from "./reference.ts";
import { aggregateRow, dayRow, offerRow, quarantineRow, signalRow, stockRow } from "./rows.ts";
import { presentRows, type Seen, type Traced, tracedRows } from "./trace.ts";
import type { Traffic } from "./traffic.ts";

/** Every batch is done, and its receipt gives every row the verdict of the reference. */
export async function checkReceipts(world: World, traffic: Traffic, reference: Reference): Promise<void> {
  const counted = new Map<string, Said[]>();
  for (const { batch } of traffic.posts) {
    const { source, batchId, rows } = batch;
    const inbox = world.objects.get(`inbox-${shardOf(batchId, INBOX_COUNT)}`)!;
    const [receipt] = (await inbox.call("receipts", [batchId, { source, kind: batch.kind }])) as Receipt[];
    const where = `receipt of ${source}/${batchId}`;
    expect(receipt, where).toMatchObject({ status: "done", received: rows.length });
    const { accepted, duplicates, quarantined, rejected, problems } = receipt!;
    expect(accepted + duplicates + quarantined + rejected, where).toBe(rows.length);
    const refused = new Set(problems.map(({ row }) => row));
    const verdicts = rows.map((_, row) => {
      const verdict = reference.verdicts.get(`${batchKeyOf(source, batch.kind, batchId)} ${row}`);
      if (verdict === undefined) expect(refused, `${where}: row ${row} is missing`).toContain(row);
      return verdict ?? { row, verdict: "rejected" as const };
    });
    const counts = { accepted, duplicates, quarantined, rejected };
    expect(counts, where).toEqual(countVerdicts(verdicts));
    for (const [row, { verdict }] of verdicts.entries())
      if (verdict === "accepted" || verdict === "quarantined") {
        const key = `${batch.kind} ${identity(source, rows[row])}`;
        counted.set(key, [...(counted.get(key) ?? []), { value: saidBy(rows[row]), verdict }]);
      }
  }
  checkCounted(counted);
}

/** A value that was taken, or that waits. */
interface Said {
  value: string;
  verdict: "accepted" | "quarantined";
}

/**
 * However often a row is sent, and by whom, it is accepted once only. A day of demand may be corrected, and so may an
 * observation: then its first value may come back once for each other value that was accepted, or put into quarantine.
 */
function checkCounted(counted: ReadonlyMap<string, readonly Said[]>): void {
  for (const [key, said] of counted)
    for (const [value, same] of Map.groupBy(said, (one) => one.value))
      if (!key.startsWith("demand")) {
        const accepted = same.filter(({ verdict }) => verdict === "accepted");
        expect(accepted.length, `${key} was accepted too often as ${value}`).toBeLessThanOrEqual(
          1 + said.length - same.length,
        );
      }
}

/** An event's id is its source's. */
function identity(source: string, value: unknown): string {
  const row = value as Record<string, unknown>;
  const { id, sku, competitor, aggregator, observedAt } = row;
  if (competitor) return [source, sku, competitor, observedAt].join(" ");
  if (aggregator) return [sku, aggregator, observedAt].join(" ");
  return [source, row.type === "refund" ? "refund" : "", id, sku].join(" ");
}

/** What may be corrected; of all else the identity counts once, whatever it says. */
function saidBy(value: unknown): string {
  const { competitor, price, availability } = value as Record<string, unknown>;
  return competitor ? JSON.stringify([price, availability]) : "";
}

/** The tables of D1 hold the newest states of the reference, and never held a state that it does not know. */
export function checkProjections({ sqlite }: World, { projected }: Reference): void {
  checkTable("offers", projected.offers, offerRow);
  checkTable("signals", projected.signals, signalRow);
  checkTable("demand_days", projected.days, dayRow);
  checkTable("stock", projected.stock, stockRow);
  checkTable("aggregates", projected.aggregates, aggregateRow);
  checkTable("quarantine", projected.quarantine, quarantineRow);

  function checkTable<T>(
    table: Traced,
    states: ReadonlyMap<string, ReadonlyMap<number, T>>,
    rowOf: (state: T) => Partial<Seen>,
  ): void {
    const present = presentRows(sqlite, table);
    expect([...present.keys()].sort(), table).toEqual([...states.keys()].sort());
    for (const [key, versions] of states) {
      const newest = versions.get(Math.max(...versions.keys()))!;
      expect(present.get(key), `${table} ${key} in the end`).toMatchObject(rowOf(newest));
    }
    for (const [key, seen] of tracedRows(sqlite, table)) {
      let before = 0;
      for (const row of seen) {
        expect(row.given, `${table} ${key}: an older state overwrote a newer`).toBeGreaterThan(before);
        before = row.given;
        const state = states.get(key)?.get(row.version);
        expect(state, `${table} ${key}: version ${row.version} is unknown to the reference`).toBeDefined();
        expect(row, `${table} ${key}`).toMatchObject(rowOf(state!));
      }
    }
  }
}

/** Every shard knows the product as the catalogue has it: an older state never replaced a newer one. */
export function checkProducts({ sqlite }: World, reference: Reference): void {
  const { rows } = sqlite.run("SELECT sku, price, stock, status = 'active' AS active, version FROM products");
  const known = new Map([...reference.skus].map(([sku, { skus }]) => [sku, skus[0]?.product ?? null]));
  for (const { sku, price, stock, version, active } of rows) {
    const product = known.get(String(sku));
    if (product) expect(product, `product ${sku}`).toMatchObject({ price, version, active: active === 1 });
    const counted = stockOf(reference.skus.get(String(sku))?.skus[0]?.shop ?? null);
    if (product) expect(stock, `stock of ${sku}`).toBe(counted === undefined ? product.stock : counted.total);
  }
}

/** An older observation never replaced a newer one. */
export function checkOrder({ sqlite }: World): void {
  for (const table of ["offers", "aggregates"] as const)
    for (const [key, seen] of tracedRows(sqlite, table))
      for (const [i, row] of seen.entries())
        if (i > 0)
          expect(row.observed_at, `${table} ${key}`).toBeGreaterThanOrEqual(Number(seen[i - 1]!.observed_at));
}

/** What sessions did is counted once, and the shards of the products know of their carts. */
export function checkSessions({ objects, committed }: World, reference: Reference, threshold: number): void {
  const known = new Map<number, SessionState>();
  for (const [name, { disk }] of objects)
    if (name.startsWith("visitor-"))
      for (const { visitor, body } of disk.run("SELECT visitor, body FROM sessions").rows)
        known.set(Number(visitor), JSON.parse(String(body)));
  expect(new Map([...known].sort()), "sessions").toEqual(new Map([...reference.sessions].sort()));
  const reported = committed.flatMap(({ call }) => call.chunks.flatMap(cartsOf));
  for (const [visitor, session] of reference.sessions)
    for (const pattern of cartPatterns(session, visitor, threshold))
      expect(reported, `carts of session ${visitor}`).toContainEqual(expect.objectContaining(pattern));
}

function cartsOf(chunk: ShardChunk): CartPatternRow[] {
  return chunk.kind === "carts" ? chunk.rows : [];
}

/** Signals of a kind do not flap: one at a time, and no new one before the cool-down of the last is over. */
export function checkFlapping({ sqlite }: World, reference: Reference, coolDownMs: number): void {
  const transitions = (states: readonly { status: unknown }[]) =>
    states.filter(({ status }, i) => i > 0 && status !== states[i - 1]!.status).length;
  for (const [id, seen] of tracedRows(sqlite, "signals")) {
    const states = [...reference.projected.signals.get(id)!.values()].sort((a, b) => a.version - b.version);
    expect(transitions(seen as never), `signal ${id} flaps`).toBeLessThanOrEqual(transitions(states));
  }
  const kinds = Map.groupBy(presentRows(sqlite, "signals").values(), (row) =>
    [row.sku, row.type, row.competitor].join(" "),
  );
  for (const [kind, signals] of kinds) {
    const inOrder = signals.sort((a, b) => Number(a.opened_at) - Number(b.opened_at));
    for (const [i, signal] of inOrder.slice(1).entries()) {
      const before = inOrder[i]!;
      expect(before.status, `${kind} is open twice`).toBe("resolved");
      const pause = Number(signal.opened_at) - Number(before.resolved_at);
      expect(pause, `${kind} opened again within its cool-down`).toBeGreaterThanOrEqual(coolDownMs);
    }
  }
}
