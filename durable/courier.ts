import { DurableObject } from "cloudflare:workers";
import type { Env } from "../db/env.ts";
import { limitedObjectEnv } from "../db/limits/limited-env.ts";
import { serviceContext, systemActor } from "../services/context.ts";
import { runCourier } from "../services/outgoing/run-courier.ts";
import { sendContext } from "./ports.ts";

/**
 * Sends to one receiver, one call at a time: what is sent, and how far it got, is in D1. Its alarm is its work, so that
 * a crash in the middle of it is only a delay.
 */
export class Courier extends DurableObject<Env> {
  /** Looks for what is to be sent, at once. `target`: what the object was found by. */
  async wake(target: string): Promise<void> {
    const { storage } = this.ctx;
    if ((await storage.get("target")) !== target) await storage.put("target", target);
    const now = Date.now();
    const due = await storage.getAlarm();
    if (due === null || due > now) await storage.setAlarm(now);
  }

  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    const target = await storage.get<string>("target");
    if (target === undefined) return;
    const env = limitedObjectEnv(this.env);
    const ctx = sendContext(env, serviceContext(env, systemActor("courier")));
    const next = await runCourier(ctx, target);
    if (next === null) return;
    // somebody may have woken it meanwhile
    const due = await storage.getAlarm();
    if (due === null || due > next) await storage.setAlarm(next);
  }
}
