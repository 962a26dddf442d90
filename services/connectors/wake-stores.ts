import { database } from "../../db/database.ts";
import { stores } from "../../db/schema.ts";
import type { StorePort } from "../ports.ts";

/** Lets every store look whether there is something for it. Best effort: the minute tick does it again. */
export async function wakeStores(d1: D1Database, port: StorePort): Promise<void> {
  const known = await database(d1).select({ id: stores.id }).from(stores);
  for (const { id } of known) {
    try {
      await port.wake(id);
    } catch (error) {
      console.warn({ event: "store.wake_failed", store: id, error: String(error) });
    }
  }
}
