import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import { answer, api, inPath } from "../api/client.ts";
import { ActionButton } from "../components/ActionButton.tsx";
import { Until } from "../components/facts.tsx";
import { actor, plural, words } from "../format/words.ts";
import { paths } from "../paths.ts";
import { useAction } from "../queries/actions.ts";
import { keys } from "../queries/keys.ts";
import { type Override, useWideOverrides } from "../queries/overrides.ts";
import { missingRight, useMe } from "../queries/session.ts";

/** Freezes that are shown by themselves; of more, only how many. */
const SHOWN_MAX = 3;

/** What stops prices from moving now, beyond single products: who ordered it, why, until when, and its end. */
export function FreezeBanner() {
  const wide = useWideOverrides();
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
