import type { Env } from "../db/env.ts";
import { INBOX_COUNT, shardOf } from "../domain/base/sharding.ts";
import { shardName } from "../domain/shard/layout.ts";
import type { CourierPort, StorePort } from "../services/ports.ts";
import { type LayoutEnv, skuAddresses } from "../services/shards/layout.ts";
import type { Inbox } from "./inbox.ts";
import type { LiveFeed } from "./live-feed.ts";
import { type RunProgressClient, runProgressClient } from "./run-progress.ts";
import type { SignInGate } from "./sign-in-gate.ts";
import type { SkuShard } from "./sku-shard.ts";
import type { Vault } from "./vault.ts";
import type { Visitor } from "./visitor.ts";

/** The object that keeps a batch, found from the batch's id. */
export function inboxOf(env: Pick<Env, "INBOX">, batchId: string): DurableObjectStub<Inbox> {
  return inbox(env, shardOf(batchId, INBOX_COUNT));
}

/** The n-th Inbox, as a chunk's message names it. */
export function inbox(env: Pick<Env, "INBOX">, index: number): DurableObjectStub<Inbox> {
  const namespace = env.INBOX as unknown as DurableObjectNamespace<Inbox>;
  return namespace.get(namespace.idFromName(`inbox-${index}`));
}

/** The shard that holds a SKU. */
export async function skuShardOf(
  env: LayoutEnv & Pick<Env, "SKU_SHARD">,
  sku: string,
): Promise<DurableObjectStub<SkuShard>> {
  return skuShard(env, (await skuAddresses(env))(sku));
}

/** The shard at an address (domain/shard/layout.ts). */
export function skuShard(env: Pick<Env, "SKU_SHARD">, address: number): DurableObjectStub<SkuShard> {
  const namespace = env.SKU_SHARD as unknown as DurableObjectNamespace<SkuShard>;
  return namespace.get(namespace.idFromName(shardName(address)));
}

/** The n-th of the objects that keep the shop's sessions. */
export function visitor(env: Pick<Env, "VISITOR">, index: number): DurableObjectStub<Visitor> {
  const namespace = env.VISITOR as unknown as DurableObjectNamespace<Visitor>;
  return namespace.get(namespace.idFromName(`visitor-${index}`));
}

/** The one object that holds the sockets of all open dashboards. */
export function liveFeed(env: Pick<Env, "LIVE_FEED">): DurableObjectStub<LiveFeed> {
  const namespace = env.LIVE_FEED as unknown as DurableObjectNamespace<LiveFeed>;
  return namespace.get(namespace.idFromName("live"));
}

/** The one object that talks to a store. */
export function storeSync(env: Pick<Env, "STORE_SYNC">, storeId: string): StorePort {
  return env.STORE_SYNC.getByName(storeId) as unknown as StorePort;
}

/** The object that sends to one receiver. Its class reaches other objects by this file, so that it is not named here. */
export function courier(env: Pick<Env, "COURIER">, target: string): CourierPort {
  const namespace = env.COURIER;
  return namespace.get(namespace.idFromName(target)) as unknown as CourierPort;
}

/** The one object that keeps the install's secret. */
export function vault(env: Pick<Env, "VAULT">): DurableObjectStub<Vault> {
  const namespace = env.VAULT as unknown as DurableObjectNamespace<Vault>;
  return namespace.get(namespace.idFromName("vault"));
}

/** The one object that counts sign-ins and hashes passwords. */
export function signInGate(env: Pick<Env, "SIGN_IN_GATE">): DurableObjectStub<SignInGate> {
  const namespace = env.SIGN_IN_GATE as unknown as DurableObjectNamespace<SignInGate>;
  return namespace.get(namespace.idFromName("sign-in"));
}

/** The newest progress of one run. */
export function runProgress(env: Pick<Env, "RUN_PROGRESS">, runId: string): RunProgressClient {
  return runProgressClient(env.RUN_PROGRESS, runId);
}
