import { Webhook } from "standardwebhooks";

/**
 * The headers of a Standard Webhooks message: one signature for each live secret, so that the receiver may verify with
 * the old or the new one while a rotation is under way.
 */
export function signedHeaders(
  id: string,
  body: string,
  secrets: readonly string[],
  now: number,
): Record<string, string> {
  const at = new Date(now);
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now / 1000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(" "),
  };
}
