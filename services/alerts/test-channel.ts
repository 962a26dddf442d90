import type { SendContext } from "../outgoing/context.ts";
import { logDelivery } from "../outgoing/deliveries.ts";
import type { Sent } from "../outgoing/post-message.ts";
import { readSettings } from "../settings/settings.ts";
import { openConfig } from "./channel-config.ts";
import { existingChannel } from "./read-channels.ts";
import { sendAlert } from "./send-alert.ts";

/** Sends a channel a message that says it works, once, and answers what came of it. @throws ProblemError `not_found` */
export async function testChannel(ctx: SendContext, id: string): Promise<Sent> {
  const { name, sealed } = await existingChannel(ctx, id);
  const config = await openConfig(ctx.vault, sealed);
  const { settings } = await readSettings(ctx.d1);
  const message = { kind: "test" as const, id: ctx.newId("test"), channel: name };
  const sent = await sendAlert(ctx, config, message, settings.appUrl ?? ctx.appUrl);
  const { outcome, status, error, ms } = sent;
  await logDelivery(ctx.d1, {
    ...{ target: id, seq: null, what: "test", outcome, status, error, ms, at: ctx.now },
  });
  return sent;
}
