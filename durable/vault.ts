import { DurableObject } from "cloudflare:workers";
import type { Env } from "../db/env.ts";
import { hexOf } from "../domain/base/keyed-hash.ts";
import type { KeptHeads } from "../domain/ledger/heads.ts";

const SECRET_BYTES = 32;

/**
 * What whoever can write the database or the bucket must not reach: the install's secret, made at its first use, and the
 * newest heads of the chains that were kept.
 */
export class Vault extends DurableObject<Env> {
  async secret(): Promise<string> {
    const { storage } = this.ctx;
    const known = await storage.get<string>("secret");
    if (known !== undefined) return known;
    const made = hexOf(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
    await storage.put("secret", made);
    return made;
  }

  async keptHeads(): Promise<KeptHeads | null> {
    return (await this.ctx.storage.get<KeptHeads>("heads")) ?? null;
  }

  async keepHeads(heads: KeptHeads): Promise<void> {
    await this.ctx.storage.put("heads", heads);
  }
}
