import { iso } from "../../domain/contract/answers.ts";
import {
  discordForm,
  mailForm,
  slackForm,
  teamsForm,
  telegramForm,
} from "../../domain/outgoing/alerts/forms.ts";
import { type AlertMessage, wordsOf } from "../../domain/outgoing/alerts/render.ts";
import type { SendContext } from "../outgoing/context.ts";
import { postMessage, type Sent } from "../outgoing/post-message.ts";
import { signedHeaders } from "../outgoing/sign.ts";
import type { ChannelConfig } from "./channel-config.ts";
import { sendMail } from "./mail.ts";

const TELEGRAM = "https://api.telegram.org";

/** Sends a message to a channel in the channel's form, once. */
export async function sendAlert(
  ctx: SendContext,
  config: ChannelConfig,
  message: AlertMessage,
  appUrl: string | null,
): Promise<Sent> {
  const words = wordsOf(message, appUrl);
  const post = (url: string, body: object) =>
    postMessage(ctx, { url, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  switch (config.kind) {
    case "slack":
      return post(config.url, slackForm(words));
    case "teams":
      return post(config.url, teamsForm(words));
    case "discord":
      return post(config.url, discordForm(words));
    case "telegram":
      return post(`${TELEGRAM}/bot${config.token}/sendMessage`, telegramForm(words, config.chatId));
    case "email":
      return sendMail(ctx, { id: message.id, to: config.to, ...mailForm(words) });
    case "webhook": {
      const body = JSON.stringify(webhookBody(message, words.link, ctx.clock()));
      return postMessage(ctx, {
        url: config.url,
        headers: signedHeaders(message.id, body, [config.secret], ctx.clock()),
        body,
      });
    }
  }
}

const WEBHOOK_TYPES = { alert: "alert", digest: "alert.digest", test: "test" } as const;

function webhookBody(message: AlertMessage, link: string | null, now: number) {
  const content =
    message.kind === "alert"
      ? message.item
      : message.kind === "digest"
        ? message.digest
        : { channel: message.channel };
  return {
    ...{ id: message.id, type: WEBHOOK_TYPES[message.kind], timestamp: iso(now) },
    data: { ...content, link },
  };
}
