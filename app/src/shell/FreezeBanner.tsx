import { A } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import type { InferResponseType } from "hono/client";
import { For, Show } from "solid-js";
import { MINUTE_MS } from "../../../domain/base/time.ts";
import { answer, api, inPath } from "../api/client.ts";
import { ActionButton } from "../components/ActionButton.tsx";
import { Until } from "../components/facts.tsx";
import { actor, plural, words } from "../format/words.ts";
import { paths } from "../paths.ts";
import { useAction } from "../queries/actions.ts";
import { keys } from "../queries/keys.ts";
import { missingRight, useMe } from "../queries/session.ts";

type Override = InferResponseType<typeof api.overrides.$get, 200>["items"][number];

/** Freezes that are shown by themselves; of more, only how many. */
const SHOWN_MAX = 3;
const READ_MAX = 50;

/** What stops prices from moving now, beyond single products: who ordered it, why, until when, and its end. */
export function FreezeBanner() {
  const overrides = useQuery(() => ({
    queryKey: [...keys.overrides, "wide"],
    queryFn: ({ signal }) =>
      answer(api.overrides.$get({ query: { sort: "-createdAt", limit: READ_MAX } }, { init: { signal } })),
    refetchInterval: MINUTE_MS,
    reconcile: "id",
  }));
  const wide = () =>
    (overrides.isPending ? [] : (overrides.data?.items ?? [])).filter(
      ({ active, kind, scope }) => active && kind !== "FIXED_PRICE" && scope !== "sku",
    );
  const more = () => wide().length - SHOWN_MAX;
  return (
    <Show when={wide().length > 0}>
      <aside class="banner" aria-label="Prices are held">
        <For each={wide().slice(0, SHOWN_MAX)}>{(override) => <Line override={override} />}</For>
        <Show when={more() > 0}>
          <A href={paths.overrides()}>{plural(more(), "more override")} in force</A>
        </Show>
      </aside>
    </Show>
  );
}

function whatIs({ kind, scope, key }: Override): string {
  const where = scope === "global" ? "all products" : `the ${scope} ${key ?? ""}`;
  return kind === "PRICE_FREEZE" ? `Prices of ${where} are frozen` : `Rules decide for ${where}`;
}

function Line(props: { override: Override }) {
  const me = useMe();
  const end = useAction(
    keys.overrides,
    (id: string) => answer(api.overrides[":id"].$delete({ param: { id: inPath(id) } })),
    ({ kind }) => `${words(kind)} ended`,
  );
  return (
    <div class="banner-line">
      <p>
        <strong>{whatIs(props.override)}</strong> by {actor(props.override.createdBy)}: “
        {props.override.reason}”, ends <Until at={props.override.expiresAt} />.
      </p>
      <ActionButton
        small
        disabledReason={missingRight(me.data, "approve") ?? (end.isPending ? "It is being ended." : null)}
        onClick={() => end.mutate(props.override.id)}
      >
        End now
      </ActionButton>
      <A class="banner-more" href={paths.overrides()}>
        Overrides
      </A>
    </div>
  );
}
