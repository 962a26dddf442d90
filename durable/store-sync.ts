import { DurableObject } from "cloudflare:workers";
import type { Env } from "../db/env.ts";
import { limitedEnv } from "../db/limits/limited-env.ts";
import { SECOND_MS } from "../domain/base/time.ts";
import { workOnStore } from "../services/connectors/work-on-store.ts";
import { serviceContext, systemActor } from "../services/context.ts";
import { portsOf } from "./ports.ts";

/** After a pass that failed for a reason of ours. */
const FAILED_MS = 30 * SECOND_MS;

/**
 * The one object that talks to a store, so that its prices are written one pass after the other. It keeps only the store's id:
 * what is to be done is in D1.
 */
export class StoreSync extends DurableObject<Env> {
  /** Has a look at the store now. */
  async wake(storeId: string): Promise<void> {
    const { storage } = this.ctx;
    if ((await storage.get<string>("store")) !== storeId) await storage.put("store", storeId);
    const armed = await storage.getAlarm();
    const now = Date.now();
    if (armed === null || armed > now) await storage.setAlarm(now);
  }

  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    const storeId = await storage.get<string>("store");
    if (storeId === undefined) return;
    const env = limitedEnv(this.env);
    let next: number | null;
    try {
      // as the system, which may post and change the catalogue, and not decide about prices
      const actor = { ...systemActor("store"), scopes: ["ingest", "write"] as const };
      next = await workOnStore(
        {
          ...serviceContext(env, actor),
          ports: portsOf(env),
          fetch: (address, init) => fetch(address, init),
          clock: Date.now,
        },
        storeId,
      );
    } catch (error) {
      console.error({ event: "store.pass_failed", store: storeId, error: String(error) });
      next = Date.now() + FAILED_MS;
    }
    if (next === null) return;
    // a wake-up that came during the pass is earlier
    const armed = await storage.getAlarm();
    if (armed === null || armed > next) await storage.setAlarm(next);
  }
}
