import { Webhook } from "standardwebhooks";
import { type Api, ApiError } from "../client/api.ts";
import type { MarketOffer } from "./market.ts";
import { observationRow } from "./rows.ts";
import { type DemoState, saveDemoState } from "./state.ts";

/** The source under which the demo's scraper signs its webhooks. */
export const SCRAPER = "demo-scraper";

/** Makes the scraper's source and keeps its secret; a source whose secret was lost gets a new one. */
export async function ensureSource(api: Api, state: DemoState, stateDir: string): Promise<void> {
  if (state.secret !== null) return;
  state.secret = await newSecret(api);
  saveDemoState(stateDir, state);
}

async function newSecret(api: Api): Promise<string> {
  const source = { id: SCRAPER, name: "Demo scraper", format: "pricewright" };
  try {
    return (await api.post<{ secret: string }>("/api/sources", source)).secret;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    return (await api.post<{ secret: string }>(`/api/sources/${SCRAPER}/secret`)).secret;
  }
}

/** Posts offers as one webhook, signed as Standard Webhooks asks (HMAC-SHA256 over id, timestamp and body). */
export async function postSigned(
  api: Api,
  secret: string,
  webhookId: string,
  offers: readonly MarketOffer[],
): Promise<void> {
  const now = new Date();
  const body = JSON.stringify({
    source: SCRAPER,
    observations: offers.map((offer) => observationRow(offer, now)),
  });
  await api.post(`/api/hooks/${SCRAPER}`, body, {
    "content-type": "application/json",
    "webhook-id": webhookId,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(webhookId, now, body),
  });
}
