import { createHmac } from "node:crypto";
import { HOUR_MS } from "../../domain/base/time.ts";

export const SOURCE = "bench-scraper";
export const BATCH_ROWS = 100;

/** Of all observations: a new price in this share, and in this share one that moves a signal. */
const CHANGED_SHARE = 0.1;
const SIGNAL_SHARE = 0.02;

/** A signed webhook message, ready to be posted. */
export interface SignedBatch {
  id: string;
  body: Buffer;
  headers: Record<string, string>;
}

/**
 * One crawler for each competitor, each at another place of the catalogue: a batch holds 100 different SKUs of one
 * competitor, and neighbouring batches hold different SKUs. Prices stay, except for 10 % that change; 2 % fall far enough below ours to open or update an undercut.
 */
export class Market {
  readonly #skus: readonly string[];
  readonly #competitors: number;
  readonly #secret: Buffer;
  readonly #prices = new Map<string, number>();
  readonly #startAt = Date.now() - 3 * HOUR_MS;
  #batch = 0;
  #random: number;

  constructor(skus: readonly string[], competitors: number, secret: string, seed: number) {
    this.#skus = skus;
    this.#competitors = competitors;
    this.#secret = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    this.#random = seed;
  }

  /** Batches that show every price once, as a first look at the market. */
  get batchesPerPass(): number {
    return Math.ceil((this.#skus.length * this.#competitors) / BATCH_ROWS);
  }

  /** The next batches, signed now: they are good for five minutes. */
  batches(count: number): SignedBatch[] {
    return Array.from({ length: count }, () => this.#next());
  }

  #next(): SignedBatch {
    const n = this.#batch++;
    const slices = Math.ceil(this.#skus.length / BATCH_ROWS);
    const crawler = n % this.#competitors;
    const step = Math.floor(n / this.#competitors);
    const slice = (step + Math.floor((crawler * slices) / this.#competitors)) % slices;
    const pass = Math.floor(step / slices);
    const competitor = `competitor-${crawler}`;
    const observedAt = new Date(this.#startAt + pass * 10_000 + (n % 10_000)).toISOString();
    const observations = this.#skus.slice(slice * BATCH_ROWS, (slice + 1) * BATCH_ROWS).map((sku) => ({
      sku,
      competitor,
      price: (this.#price(sku, competitor) / 100).toFixed(2),
      currency: "EUR",
      availability: "in_stock",
      observedAt,
    }));
    return this.#sign(`bench-${n}`, Buffer.from(JSON.stringify({ observations })));
  }

  #price(sku: string, competitor: string): number {
    const key = `${sku}/${competitor}`;
    const draw = this.#draw();
    const known = this.#prices.get(key);
    if (known !== undefined && draw >= CHANGED_SHARE) return known;
    const isUndercut = known !== undefined && draw < SIGNAL_SHARE;
    const share = isUndercut ? 0.9 + 0.04 * this.#draw() : 0.98 + 0.04 * this.#draw();
    const price = Math.round(ourPrice(sku) * share);
    this.#prices.set(key, price);
    return price;
  }

  #sign(id: string, body: Buffer): SignedBatch {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac("sha256", this.#secret)
      .update(`${id}.${timestamp}.`)
      .update(body)
      .digest("base64");
    return {
      id,
      body,
      headers: {
        "content-type": "application/json",
        "content-length": String(body.length),
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": `v1,${signature}`,
      },
    };
  }

  /** Park–Miller: good enough to spread changes, and the same in every run. */
  #draw(): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random / 2_147_483_647;
  }
}

export function skuNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `SKU-${String(i).padStart(6, "0")}`);
}

/** Our price of a SKU, minor units: 10 to 110 in the currency. */
export function ourPrice(sku: string): number {
  return 1_000 + ((Number(sku.slice(4)) * 7_919) % 10_000);
}
