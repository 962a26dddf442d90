import { env } from "cloudflare:workers";
import { portsOf } from "../../durable/ports.ts";
import type { StoreContext } from "../../services/connectors/store-link.ts";
import { createStore } from "../../services/connectors/stores.ts";
import { workOnStore } from "../../services/connectors/work-on-store.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { setPrice } from "../../services/pricing/set-price.ts";
import { FakeHttpStore } from "../support/stores/fake-http-store.ts";
import { FakeMedusa } from "../support/stores/fake-medusa.ts";
import { FakeShopify } from "../support/stores/fake-shopify.ts";
import type { FakeStore } from "../support/stores/fake-store.ts";
import { FakeWooCommerce } from "../support/stores/fake-woocommerce.ts";

export const KINDS = ["shopify", "woocommerce", "medusa", "http"] as const;
export type Kind = (typeof KINDS)[number];

const url = "https://shop.test";

/** How each kind is connected to its fake. */
export const CONNECTIONS = {
  shopify: {
    options: { url, currency: "EUR", priorPriceField: "pricewright.prior_price" },
    credentials: { accessToken: "shpat_test" },
  },
  woocommerce: {
    options: { url, currency: "EUR", requestsPerSecond: 50 },
    credentials: { consumerKey: "ck_test", consumerSecret: "cs_test" },
  },
  medusa: {
    options: { url, currency: "EUR", requestsPerSecond: 50, priceListId: "plist_1" },
    credentials: { apiKey: "sk_test" },
  },
  http: {
    options: {
      url,
      currency: "EUR",
      requestsPerSecond: 50,
      productsPath: "/products.csv",
      pricesPath: "/prices",
    },
    credentials: { authorization: "Bearer open sesame" },
  },
} as const;

/** A fake of each kind, on a clock that moves only when somebody waits. */
export class Shop<Fake extends FakeStore = FakeStore> {
  now = Date.now();
  readonly id: string;
  readonly kind: Kind;
  readonly fake: Fake;

  constructor(id: string, kind: Kind, make: (clock: () => number) => Fake) {
    this.id = id;
    this.kind = kind;
    this.fake = make(() => this.now);
  }

  get ctx(): StoreContext {
    return {
      ...serviceContext(env, { ...systemActor("test"), scopes: ["admin"] }, this.now),
      ports: portsOf(env),
      fetch: (address, init) => this.fake.fetch(address, init),
      clock: () => this.now,
      sleep: async (ms) => {
        this.now += ms;
      },
    };
  }

  /** Connects the store, with these products in it and in the catalogue, at 10.00 each. */
  async open(skus: readonly string[], mode: "read_only" | "dry_run" | "live" = "live"): Promise<void> {
    for (const sku of skus) this.fake.add(sku, "10.00");
    const { ctx } = this;
    await createStore(
      { ...ctx, vault: ctx.ports.vault },
      {
        ...{
          id: this.id,
          name: `Shop ${this.id}`,
          kind: this.kind,
          mode,
          importMinutes: null,
          checkMinutes: null,
        },
        options: CONNECTIONS[this.kind].options,
        credentials: CONNECTIONS[this.kind].credentials,
      },
    );
    await env.DB.prepare("UPDATE stores SET job = ?2 WHERE id = ?1")
      .bind(this.id, catalogueJob(this.now))
      .run();
    await this.settle();
  }

  /** Works on the store until nothing is on its way, waiting as long as it takes. */
  async settle(patience = 60): Promise<void> {
    for (let pass = 0; pass < patience; pass++) {
      const next = await workOnStore(this.ctx, this.id);
      if (next === null) return;
      this.now = Math.max(this.now + 1, next);
    }
    throw new Error(`the store ${this.id} is not settled after ${patience} passes`);
  }

  async setPrice(sku: string, price: string): Promise<void> {
    this.now += 1;
    await setPrice(this.ctx, sku, {
      price,
      reason: "a test of the way into the store, long enough for anybody to read",
    });
  }

  async states(): Promise<
    { sku: string; price: number; state: string; reason: string | null; attempts: number }[]
  > {
    const { results } = await env.DB.prepare(
      "SELECT sku, price, state, reason, attempts FROM store_writes WHERE store_id = ?1 AND price <> 1000 ORDER BY seq",
    )
      .bind(this.id)
      .all<{ sku: string; price: number; state: string; reason: string | null; attempts: number }>();
    return results;
  }
}

function catalogueJob(now: number): string {
  return JSON.stringify({
    ...{
      steps: ["catalogue"],
      dryRun: false,
      by: "system:test",
      startedAt: now,
      cursor: null,
      counts: {},
      problems: [],
    },
    ...{ finishedAt: null, error: null, failures: 0 },
  });
}

export function newShop(id: string, kind: Kind): Shop {
  const fakes = {
    shopify: FakeShopify,
    woocommerce: FakeWooCommerce,
    medusa: FakeMedusa,
    http: FakeHttpStore,
  };
  return new Shop<FakeStore>(id, kind, (clock) => new fakes[kind](clock));
}
