import { iso } from "../../domain/contract/answers.ts";
import type { SendContext } from "./context.ts";
import { logDelivery } from "./deliveries.ts";
import { liveEndpointSecrets } from "./endpoint-secrets.ts";
import { postMessage, type Sent } from "./post-message.ts";
import { existingEndpoint } from "./read-endpoints.ts";
import { signedHeaders } from "./sign.ts";

/** Sends an endpoint a message of the type `test`, once, and says what came of it. @throws ProblemError `not_found` */
export async function testEndpoint(ctx: SendContext, id: string): Promise<Sent> {
  const { name, url } = await existingEndpoint(ctx, id);
  const secrets = await liveEndpointSecrets(ctx, id);
  const message = { id: ctx.newId("test"), type: "test", timestamp: iso(ctx.now), data: { endpoint: name } };
  const body = JSON.stringify(message);
  const sent = await postMessage(ctx, {
    url,
    body,
    headers: signedHeaders(message.id, body, secrets, ctx.now),
  });
  const { outcome, status, error, ms } = sent;
  await logDelivery(ctx.d1, {
    ...{ target: id, seq: null, what: "test", outcome, status, error, ms, at: ctx.now },
  });
  return sent;
}
