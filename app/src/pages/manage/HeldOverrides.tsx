import { useQuery } from "@tanstack/solid-query";
import type { InferResponseType } from "hono/client";
import { For, Show } from "solid-js";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { actor, words } from "../../format/words.ts";
import { useAction } from "../../queries/actions.ts";
import { keys } from "../../queries/keys.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import { Card } from "../home/Card.tsx";
import { scopeText } from "./scope-text.ts";

const heldOverrides = api["held-overrides"];
type Held = InferResponseType<typeof heldOverrides.$get, 200>["items"][number];
type Verb = "release" | "discard";

/** Overrides that one person asked for and that wait for a second; nothing is shown while none waits. */
export function HeldOverrides() {
  const held = useQuery(() => ({
    queryKey: [...keys.overrides, "held"],
    queryFn: ({ signal }) => answer(heldOverrides.$get({ query: {} }, { init: { signal } })),
  }));
  const waiting = () => (held.isPending ? [] : (held.data?.items ?? []));
  return (
    <Show when={waiting().length > 0}>
      <Card title="Waiting for a second person" note="Nobody releases what they asked for themselves.">
        <For each={waiting()}>{(one) => <Waiting held={one} />}</For>
      </Card>
    </Show>
  );
}

function Waiting(props: { held: Held }) {
  const me = useMe();
  const settle = useAction(
    keys.overrides,
    (verb: Verb) =>
      answer(heldOverrides[":id"][verb].$post({ param: { id: inPath(props.held.id) }, json: {} })),
    ({ status }) => (status === "released" ? "Override in force" : "The request is rejected"),
  );
  const blocked = () =>
    missingRight(me.data, "approve") ?? (settle.isPending ? "It is being decided." : null);
  const what = () => `${words(props.held.kind)} ${props.held.price ?? ""}`.trim();
  return (
    <div class="filters">
      <span class="stack stack-start">
        <strong>{`${what()}: ${scopeText(props.held)}`}</strong>
        <span class="sub">{`${actor(props.held.actor)}: ${props.held.reason}`}</span>
      </span>
      <ActionButton small disabledReason={blocked()} onClick={() => settle.mutate("release")}>
        Accept
      </ActionButton>
      <ActionButton small disabledReason={blocked()} onClick={() => settle.mutate("discard")}>
        Reject
      </ActionButton>
    </div>
  );
}
