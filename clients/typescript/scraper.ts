import type { components } from "./api.ts";
import { type ClientOptions, createClient, retryingFetch } from "./client.ts";

export type Observation = components["schemas"]["Observations"]["observations"][number];
export type Receipt = components["schemas"]["Receipt"];

export interface ScraperOptions extends ClientOptions {
  /** the name that the observations come under */
  source: string;
  /** of a signed source (`whsec_…`): batches are then signed, and no key is needed to post */
  secret?: string;
  /** observations of one batch; at most 1,000, the default */
  batchRows?: number;
}

const ROWS_MAX = 1_000;
/** A body may have 1 MB; the envelope needs some of it. */
const BYTES_MAX = 900_000;

const encoder = new TextEncoder();

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** The headers of a webhook signed as Standard Webhooks describes it. */
export async function signedHeaders(
  secret: string,
  { id, body, at }: { id: string; body: string; at: Date },
): Promise<Record<string, string>> {
  const bytes = Uint8Array.from(atob(secret.replace(/^whsec_/, "")), (char) => char.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signed = await crypto.subtle.sign("HMAC", key, encoder.encode(`${id}.${timestamp}.${body}`));
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${base64(new Uint8Array(signed))}`,
  };
}

/** The same rows have the same id, so that a crawl that is sent again counts once. */
async function batchIdOf(rows: readonly Observation[]): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(JSON.stringify(rows)));
  return `obs-${[...new Uint8Array(digest)]
    .slice(0, 16)
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("")}`;
}

/**
 * Collects what a crawl saw and posts it in full batches, each under an id of its own, again and again while the install
 * is away.
 */
export class Scraper {
  readonly #options: ScraperOptions;
  readonly #post: typeof fetch;
  #rows: Observation[] = [];
  #bytes = 0;
  readonly #sent: string[] = [];

  constructor(options: ScraperOptions) {
    this.#options = options;
    this.#post = retryingFetch(options);
  }

  /** Adds one observation; a full batch is posted before this resolves. */
  async add(row: Observation): Promise<void> {
    const bytes = encoder.encode(JSON.stringify(row)).length + 1;
    if (this.#bytes + bytes > BYTES_MAX) await this.flush();
    this.#rows.push(row);
    this.#bytes += bytes;
    if (this.#rows.length >= Math.min(this.#options.batchRows ?? ROWS_MAX, ROWS_MAX)) await this.flush();
  }

  /** Posts what is left. @throws Error with the problem's code and words if the batch is refused */
  async flush(): Promise<void> {
    if (this.#rows.length === 0) return;
    const { source, secret, url, key } = this.#options;
    const rows = this.#rows;
    const batchId = await batchIdOf(rows);
    const body = JSON.stringify({ batchId, source, observations: rows });
    const isSigned = secret !== undefined;
    const address = `${url}${isSigned ? `/api/hooks/${encodeURIComponent(source)}` : "/api/ingest/observations"}`;
    const headers: Record<string, string> = isSigned
      ? await signedHeaders(secret, { id: batchId, body, at: new Date() })
      : { "content-type": "application/json", authorization: `Bearer ${key}` };
    const answer = await this.#post(address, { method: "POST", body, headers });
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    this.#rows = [];
    this.#bytes = 0;
    this.#sent.push(batchId);
  }

  /** Posts what is left, and waits until every batch has been judged; needs a key. */
  async finish(): Promise<Receipt[]> {
    await this.flush();
    const client = createClient(this.#options);
    const sleep = this.#options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    const receipts: Receipt[] = [];
    for (const batchId of this.#sent.splice(0)) {
      for (;;) {
        const { data, error } = await client.GET("/api/ingest/batches/{batchId}", {
          params: { path: { batchId }, query: { source: this.#options.source } },
        });
        if (!data) throw new Error(`no receipt of ${batchId}: ${JSON.stringify(error)}`);
        if (data.status === "done" || data.status === "parked") {
          receipts.push(data);
          break;
        }
        await sleep(500);
      }
    }
    return receipts;
  }
}
