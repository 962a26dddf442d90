import type { InferRequestType, InferResponseType } from "hono/client";
import { SIGNAL_TYPES } from "../../../../domain/messages/names.ts";
import { answer, api } from "../../api/client.ts";
import { words } from "../../format/words.ts";
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

export type Named = Rule["types"][number];

const OTHERS: readonly { value: Named; label: string }[] = [
  { value: "price.*", label: "Our prices" },
  { value: "proposal.*", label: "Proposals" },
  { value: "override.*", label: "Overrides" },
  { value: "run.finished", label: "Runs that have ended" },
  { value: "health.changed", label: "Health of the install" },
  { value: "endpoint.disabled", label: "Receivers that were turned off" },
];
/** What a rule may be about. */
export const SUBJECTS: readonly { value: Named; label: string }[] = [
  ...SIGNAL_TYPES.map((value) => ({ value, label: words(value) })),
  ...OTHERS,
];

/** What a rule is about, in words. */
export function subjectName(type: Named): string {
  return SUBJECTS.find(({ value }) => value === type)?.label ?? type;
}
