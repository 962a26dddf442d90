import type { InferRequestType, InferResponseType } from "hono/client";
import type { ChannelKind } from "../../../../domain/messages/alerts.ts";
import { answer, api } from "../../api/client.ts";
import type { PageAsked } from "../../list/list.ts";

export const channels = api["alert-channels"];
type Asked = InferRequestType<typeof channels.$get>["query"];
export type NewChannelRequest = InferRequestType<typeof channels.$post>["json"];
export type Channel = InferResponseType<typeof channels.$get, 200>["items"][number];

export const CHANNELS_KEY = ["alert-channels"] as const;

export const CHANNELS = {
  key: CHANNELS_KEY,
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(channels.$get({ query: query as Asked }, { init: { signal } })),
};

export const KIND_NAMES: Record<ChannelKind, string> = {
  email: "E-mail",
  slack: "Slack",
  teams: "Microsoft Teams",
  discord: "Discord",
  telegram: "Telegram",
  webhook: "Signed webhook",
};
