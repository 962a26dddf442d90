import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { uniform } from "../../domain/base/keyed-random.ts";
import { DAY_MS, dayOfNumber } from "../../domain/base/time.ts";
import type { SkuHistory } from "../../domain/messages/shard.ts";
import { DEFAULT_SETTINGS } from "../../domain/settings/settings.ts";
import { shardHistories } from "../../domain/shard/histories.ts";
import { emptyEntry } from "../../domain/shard/journal.ts";
import { SHARD_BYTES_MAX, shardMemory } from "../../domain/shard/memory.ts";
import type { ShardState } from "../../domain/shard/shard.ts";
import { takeCall } from "../../domain/shard/take-call.ts";
import { ShardStorage } from "../../durable/sku-shard/storage.ts";

const USAGE = `npm run bench:memory -- [options]
  --skus <n>         SKUs of the shard (781: 100,000 in 128 shards)
  --days <n>         days of its life (1095)
  --competitors <n>  competitors of each SKU, looked at four times a day (5)
  --open <file>      measures a shard that has lived, instead

Lives the days of one SKU shard, with its storage in a database on disk, and prints what its object has in memory: the
difference of the heap with the state and without it.`;

const { values } = parseArgs({
  options: {
    skus: { type: "string", default: "781" },
    days: { type: "string", default: "1095" },
    competitors: { type: "string", default: "5" },
    open: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const [SKUS, DAYS, COMPETITORS] = [values.skus, values.days, values.competitors].map(Number) as [
  number,
  number,
  number,
];
const SEED = 20_261_129;
const LOOKS = 4;
/** Share of the looks at which a competitor has another price. */
const CHANGED = 0.1;
/** SKUs asked for at once, as a run does. */
const ASKED = 200;

type Storage = ConstructorParameters<typeof ShardStorage>[0];

/** What the storage of an object does, over a file. */
function storageOver(file: string): Storage {
  const database = new DatabaseSync(file);
  const statements = new Map<string, StatementSync>();
  const exec = (text: string, ...given: (string | number | ArrayBuffer)[]) => {
    if (given.length === 0 && !/^\s*(SELECT|DELETE)/.test(text)) {
      database.exec(text);
      return cursor([]);
    }
    const statement = statements.get(text) ?? database.prepare(text);
    statements.set(text, statement);
    const bound = given.map((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value));
    return cursor(statement.all(...bound));
  };
  const cursor = (rows: unknown[]) => ({
    toArray: () => rows,
    rowsWritten: 0,
    [Symbol.iterator]: () => rows.values(),
  });
  const transactionSync = <T>(work: () => T): T => {
    database.exec("BEGIN");
    const result = work();
    database.exec("COMMIT");
    return result;
  };
  return { sql: { exec }, transactionSync } as unknown as Storage;
}

const firstDay = Math.floor(Date.UTC(2024, 0, 1) / DAY_MS);
const settings = DEFAULT_SETTINGS.signals;
const skus = Array.from({ length: SKUS }, (_, i) => `SKU-${i}`);
const products = skus.map((sku) => ({
  sku,
  ...{ title: sku, currency: "EUR", price: 10_000, active: true, stock: null, sensitivity: null, version: 1 },
}));
const factors = new Float64Array(SKUS * COMPETITORS).map((_, i) => 0.9 + 0.2 * uniform(SEED, 1, i));

/** What every competitor asks at a look. */
function observations(look: number, observedAt: number) {
  return skus.flatMap((sku, i) =>
    Array.from({ length: COMPETITORS }, (_, c) => {
      const place = i * COMPETITORS + c;
      if (uniform(SEED, 2, look, place) < CHANGED)
        factors[place] = Math.min(
          1.2,
          Math.max(0.8, factors[place]! + 0.06 * (uniform(SEED, 3, look, place) - 0.5)),
        );
      const price = Math.round(10_000 * factors[place]!);
      const availability = "in_stock" as const;
      return {
        row: place,
        sku,
        competitor: `competitor-${c}`,
        price,
        landedPrice: price,
        availability,
        observedAt,
      };
    }),
  );
}

function demand(day: number) {
  return skus.map((sku, row) => ({
    ...{ row, sku, day: dayOfNumber(day), units: Math.floor(8 * uniform(SEED, 4, row, day)), price: 10_000 },
    ...{ revenue: null, inStockShare: 1, promo: false, views: null, carts: null },
  }));
}

function live(storage: ShardStorage, shard: ShardState): void {
  for (let number = firstDay; number < firstDay + DAYS; number++) {
    for (let look = 0; look < LOOKS; look++) {
      const now = number * DAY_MS + (look * DAY_MS) / LOOKS;
      const origin = { source: "bench", receivedAt: now };
      const id = `${number}-${look}`;
      const chunks = [
        {
          kind: "observations" as const,
          chunkId: `o-${id}`,
          ...origin,
          rows: observations((number - firstDay) * LOOKS + look, now),
        },
      ];
      const posted =
        look === 0
          ? [{ kind: "demand" as const, chunkId: `d-${id}`, ...origin, rows: demand(number - 1) }]
          : [];
      const call = {
        now,
        settings,
        products: number === firstDay && look === 0 ? products : [],
        chunks: [...chunks, ...posted],
      };
      const { entry, touched } = takeCall(shard, call);
      storage.commit(shard, entry ?? emptyEntry(now), touched);
    }
    if ((number - firstDay + 1) % 100 === 0)
      console.log(`day ${number - firstDay + 1}: estimated ${megabytes(shardMemory(shard))} MB`);
  }
}

function megabytes(bytes: number): number {
  return Number((bytes / 1e6).toFixed(1));
}

/** Bytes that are in use once everything that nobody holds is gone. */
async function inUse(): Promise<number> {
  for (let i = 0; i < 5; i++) {
    globalThis.gc?.();
    // buffers that nobody holds are given back between turns
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Loads a shard that has lived, asks it as a run does, and prints what it takes. */
async function measure(file: string): Promise<void> {
  const without = await inUse();
  const storage = new ShardStorage(storageOver(file));
  const startedAt = performance.now();
  const shard = storage.load();
  const loadMs = Math.round(performance.now() - startedAt);
  const held = (await inUse()) - without;
  const askedAt = performance.now();
  const found = ask(shard);
  const askMs = Math.round(performance.now() - askedAt);
  const afterwards = (await inUse()) - without;
  const megabytesOf = { held, afterwards, estimated: shardMemory(shard) };
  console.log(
    JSON.stringify({
      ...{ skus: SKUS, days: DAYS, competitors: COMPETITORS, ...found, loadMs, askMs },
      megabytes: Object.fromEntries(
        Object.entries(megabytesOf).map(([name, bytes]) => [name, megabytes(bytes)]),
      ),
      ...{ kilobytesOfSku: Math.round(held / SKUS / 100) / 10, limit: megabytes(SHARD_BYTES_MAX) },
      holds: Math.max(held, afterwards) <= SHARD_BYTES_MAX,
    }),
  );
}

/** The histories of some SKUs, and how long they are. */
function ask(shard: ShardState): { asked: number; daysOfSku: number; pricesOfSku: number } {
  const span = { from: dayOfNumber(firstDay - 1), before: dayOfNumber(firstDay + DAYS) };
  const query = { asOf: (firstDay + DAYS) * DAY_MS, bySeller: false, past: span };
  const asked = shardHistories(shard, skus.slice(0, ASKED), query);
  const mean = (count: (one: SkuHistory) => number) =>
    Math.round(asked.reduce((sum, one) => sum + count(one), 0) / asked.length);
  return {
    asked: asked.length,
    daysOfSku: mean(({ past }) => past?.day.length ?? 0),
    pricesOfSku: mean(({ competitors }) => competitors.reduce((n, { points }) => n + points.length, 0)),
  };
}

if (values.open === undefined) {
  const file = join(mkdtempSync(join(tmpdir(), "pricewright-memory-")), "shard.sqlite");
  const storage = new ShardStorage(storageOver(file));
  const shard = storage.load();
  live(storage, shard);
  // without a journal that loading would play again
  storage.adopt(shard, new Set(skus.keys()));
  // in a process that holds nothing of what made it
  const given = ["--skus", values.skus, "--days", values.days, "--competitors", values.competitors];
  const { status } = spawnSync(
    process.execPath,
    ["--expose-gc", import.meta.filename, "--open", file, ...given],
    { stdio: "inherit" },
  );
  rmSync(dirname(file), { recursive: true });
  process.exit(status ?? 1);
} else await measure(values.open);
