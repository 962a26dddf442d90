import { z } from "zod";
import { STORE_IMPORTS, STORE_KINDS, STORE_MODES, STORE_WRITE_STATES } from "../messages/names.ts";
import { count, instant, money, named } from "./answers.ts";

const minutes = z.int().min(5).max(10_080).nullable();

/** Members of a store that people set, as an answer shows them. */
export const Store = named("Store", {
  id: z.string(),
  name: z.string(),
  kind: z.enum(STORE_KINDS),
  mode: z.enum(STORE_MODES),
  options: z.record(z.string(), z.unknown()).describe("address and options; credentials are never shown"),
  importMinutes: minutes,
  checkMinutes: minutes,
  createdAt: instant,
  status: z.enum(["new", "ok", "trouble"]),
  lastOkAt: instant.optional(),
  lastError: z.string().optional(),
  lastErrorAt: instant.optional(),
  importedAt: instant.optional(),
  checkedAt: instant.optional(),
  listings: count.describe("of our products that the store has"),
  edited: count.describe("prices that somebody else changed there and nobody has decided about"),
  waiting: count.describe("prices on their way"),
  unconfirmed: count.describe("prices that were given up"),
  job: z
    .object({
      steps: z.array(z.enum([...STORE_IMPORTS, "check"])).describe("what is still to be done"),
      dryRun: z.boolean(),
      by: z.string(),
      startedAt: instant,
      finishedAt: instant.optional(),
      error: z.string().optional(),
      counts: z.record(z.string(), count),
      problems: z.array(z.object({ sku: z.string(), code: z.string(), message: z.string() })),
    })
    .optional()
    .describe("the import or comparison that is under way or was last"),
});

export const StoreTest = named("StoreTest", {
  ok: z.boolean(),
  name: z.string().nullable(),
  currency: z.string().nullable(),
  pricesIncludeTax: z.boolean().nullable().describe("null: the store does not say"),
  problems: z.array(z.string()),
});

const writeState = z.enum(STORE_WRITE_STATES);

/** A product in a store beside ours: the difference is what a person may want to settle. */
export const StoreListing = named("StoreListing", {
  sku: z.string(),
  title: z.string(),
  currency: z.string(),
  price: money.describe("served here"),
  storePrice: money.optional().describe("in the store, as last read"),
  readAt: instant,
  edited: z
    .object({ price: money, at: instant })
    .optional()
    .describe("somebody else put this price there: accept it, or write ours over it"),
  write: z
    .object({ state: writeState, seq: z.int(), reason: z.string().optional() })
    .optional()
    .describe("where our newest price is on its way"),
});

/** One price of the ledger on its way into a store. */
export const StoreWrite = named("StoreWrite", {
  seq: z.int().describe("of the ledger entry"),
  sku: z.string(),
  price: money,
  currency: z.string(),
  state: writeState,
  attempts: count,
  createdAt: instant,
  sentAt: instant.optional(),
  settledAt: instant.optional(),
  nextAt: instant.optional().describe("when it is tried again"),
  readPrice: money.optional().describe("what the store showed"),
  reason: z.string().optional(),
});

export const PushedPrices = named("PushedPrices", { queued: count });
