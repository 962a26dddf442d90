import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import type { InferRequestType, InferResponseType } from "hono/client";
import { answer, api } from "../api/client.ts";
import { toastDone, toastError } from "../components/toasts.tsx";
import type { Schema } from "../pages/settings/json-schema.ts";

export type SettingsInForce = InferResponseType<typeof api.settings.$get, 200>;
export type SettingsChange = InferRequestType<typeof api.settings.$put>["json"];
export type WhatIf = InferResponseType<(typeof api)["what-if"]["$post"], 200>;
type WhatIfQuestion = InferRequestType<(typeof api)["what-if"]["$post"]>["json"];

const KEY = ["settings"] as const;

export function useSettings() {
  return useQuery(() => ({
    queryKey: KEY,
    queryFn: ({ signal }) => answer(api.settings.$get({}, { init: { signal } })),
  }));
}

/** What each setting is, in words: from the API's own description. */
export function useSettingsSchema() {
  return useQuery(() => ({
    queryKey: ["settings-schema"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<Schema> => {
      const response = await fetch("/openapi.json", { signal });
      const document = (await response.json()) as { components: { schemas: { Settings: Schema } } };
      return document.components.schemas.Settings;
    },
  }));
}

export function useChangeSettings() {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: (change: SettingsChange) => answer(api.settings.$put({ json: change })),
    onSuccess: ({ version }: SettingsInForce) => {
      toastDone("Settings saved", `Version ${version} is in force.`);
      client.invalidateQueries({ queryKey: KEY });
    },
    onError: toastError,
  }));
}

type RuleMatch = InferRequestType<(typeof api)["price-rules"]["preview"]["$post"]>["json"]["match"];

/** For which products a rule would be, while it is being written. */
export function useRulePreview(match: () => RuleMatch) {
  return useQuery(() => ({
    queryKey: ["rule-preview", match()],
    queryFn: ({ signal }) =>
      answer(api["price-rules"].preview.$post({ json: { match: match() } }, { init: { signal } })),
    placeholderData: (before) => before,
    retry: false,
  }));
}

/** What a change would come to; nothing is saved. */
export function useWhatIf() {
  return useMutation(() => ({
    mutationFn: (question: WhatIfQuestion) => answer(api["what-if"].$post({ json: question })),
    onError: toastError,
  }));
}
