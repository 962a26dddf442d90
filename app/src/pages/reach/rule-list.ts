import type { InferRequestType, InferResponseType } from "hono/client";
import { answer, api } from "../../api/client.ts";
import type { PageAsked } from "../../list/list.ts";

const rules = api["alert-rules"];
type Asked = InferRequestType<typeof rules.$get>["query"];
export type Rule = InferResponseType<typeof rules.$get, 200>["items"][number];

export const RULES_KEY = ["alert-rules"] as const;

export const RULES = {
  key: RULES_KEY,
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(rules.$get({ query: query as Asked }, { init: { signal } })),
};
