import type { Env } from "../db/env.ts";
import { claimOutbox } from "../services/operate/claim-outbox.ts";
import { sendOurs } from "./send.ts";

/** Sends what the outbox holds, oldest first, until nothing is due. */
export async function drainOutbox(env: Env, now: number): Promise<void> {
  for (;;) {
    const rows = await claimOutbox({ d1: env.DB, now });
    if (rows.length === 0) return;
    await sendOurs(
      env,
      rows.map(({ id, skus }) => ({ outboxId: id, skus })),
    );
  }
}
