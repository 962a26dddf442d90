import fc from "fast-check";
import { expect, test } from "vitest";
import { AVAILABILITIES, type ObservationRow } from "../../domain/messages/rows.ts";
import type { ShardAnswer, ShardCall } from "../../domain/messages/shard.ts";
import type { RowVerdict } from "../../domain/messages/verdict.ts";
import { DEFAULT_SETTINGS } from "../../domain/settings/settings.ts";
import { readAnswer, readCall, writeAnswer, writeCall } from "../../durable/sku-shard/call-text.ts";

const NOW = Date.UTC(2026, 5, 15, 12);
const SETTINGS = DEFAULT_SETTINGS.signals;

const row: fc.Arbitrary<ObservationRow> = fc.record(
  {
    row: fc.integer({ min: 0, max: 999 }),
    sku: fc.string({ minLength: 1 }),
    competitor: fc.constantFrom("alpha", "beta\n", '"gamma"'),
    price: fc.integer({ min: 1, max: 1e12 }),
    landedPrice: fc.integer({ min: 1, max: 1e12 }),
    availability: fc.constantFrom(...AVAILABILITIES),
    observedAt: fc.integer({ min: Date.UTC(1995, 0, 1), max: NOW + 300_000 }),
    listed: fc.record({ currency: fc.constant("USD"), landedPrice: fc.nat(), stale: fc.boolean() }),
    packFactor: fc.constantFrom(0.5, 6),
  },
  { requiredKeys: ["row", "sku", "competitor", "price", "landedPrice", "availability", "observedAt"] },
);
const call: fc.Arbitrary<ShardCall> = fc
  .uniqueArray(row, { selector: (one) => one.row, maxLength: 8 })
  .map((rows) => ({
    now: NOW,
    settings: { ...SETTINGS, timeZone: "Europe/Berlin\n" },
    products: [],
    chunks: [
      { kind: "observations", chunkId: "crawler/a#0", source: "crawler", receivedAt: NOW, rows },
      { kind: "carts", chunkId: "carts", source: "carts", receivedAt: NOW, rows: [] },
    ],
    refresh: ["SKU-1"],
    changedSince: NOW - 5,
  }));

const verdictOf = fc.constantFrom<Omit<RowVerdict, "row">>(
  { verdict: "accepted" },
  { verdict: "duplicate" },
  { verdict: "quarantined", code: "slip", path: "price", message: "not believed" },
);

test("a call is read from its text as it was written", () => {
  fc.assert(
    fc.property(call, (given) => {
      expect(readCall(writeCall(given))).toEqual(given);
    }),
  );
});

test("a call is read with its own settings, not with those of the last one", () => {
  const given = { now: NOW, settings: SETTINGS, products: [], chunks: [] };
  const other = { ...given, settings: { ...SETTINGS, undercut: 0.5 } };
  for (const one of [given, other, given, given]) expect(readCall(writeCall(one))).toEqual(one);
});

test("an answer is read with a verdict for every row and without SKUs whose state is empty", () => {
  fc.assert(
    fc.property(call, fc.infiniteStream(verdictOf), (given, stream) => {
      const verdicts = given.chunks.map(({ chunkId, rows }) => ({
        chunkId,
        verdicts: rows.map(({ row }) => ({ row, ...stream.next().value! })),
      }));
      const told = { sku: "SKU-1", offers: [], signals: [], demandDays: [], unprojected: 3 };
      const silent = { sku: "SKU-2", offers: [], signals: [], demandDays: [] };
      const answer: ShardAnswer = { verdicts, skus: [told, silent] };
      expect(readAnswer(writeAnswer(answer), given)).toEqual({ verdicts, skus: [told] });
    }),
  );
});
