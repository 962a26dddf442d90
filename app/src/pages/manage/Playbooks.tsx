import { useQuery } from "@tanstack/solid-query";
import { createSignal, For, Show } from "solid-js";
import type { Incident } from "../../../../domain/contract/playbooks.ts";
import { PLAYBOOKS } from "../../../../domain/messages/names.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Async } from "../../components/Async.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { Ago, Until } from "../../components/facts.tsx";
import { TextField } from "../../components/fields.tsx";
import { SkeletonRows } from "../../components/states.tsx";
import { actor, plural, words } from "../../format/words.ts";
import { useAction, useFormAction } from "../../queries/actions.ts";
import { keys } from "../../queries/keys.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import { Card } from "../home/Card.tsx";

type Playbook = (typeof PLAYBOOKS)[number];

const KEY = keys.overrides;

const TITLES: Record<Playbook, string> = {
  model_failure: "The model fails: rules decide",
  data_failure: "The data are wrong: freeze prices",
  severe_impact: "Severe harm: stop everything",
};

/** What is prepared for when something goes wrong, and the incidents that are open. */
export function Playbooks() {
  const me = useMe();
  const [asked, setAsked] = createSignal<Playbook | null>(null);
  const incidents = useQuery(() => ({
    queryKey: [...KEY, "incidents"],
    queryFn: ({ signal }) => answer(api.incidents.$get({}, { init: { signal } })),
  }));
  const open = () =>
    incidents.isPending ? [] : (incidents.data?.items ?? []).filter(({ closedAt }) => closedAt === undefined);
  return (
    <Card title="Playbooks" note="Prepared for when something goes wrong: for all products, with a reason.">
      <For each={open()}>{(incident) => <OpenIncident incident={incident} />}</For>
      <div class="filters">
        <For each={PLAYBOOKS}>
          {(playbook) => (
            <ActionButton
              small
              tone={playbook === "severe_impact" ? "danger" : "plain"}
              disabledReason={missingRight(me.data, "approve")}
              onClick={() => setAsked(playbook)}
            >
              {TITLES[playbook]}
            </ActionButton>
          )}
        </For>
      </div>
      <Show when={asked()}>
        {(playbook) => <RunPlaybook playbook={playbook()} onClose={() => setAsked(null)} />}
      </Show>
    </Card>
  );
}

function RunPlaybook(props: { playbook: Playbook; onClose: () => void }) {
  const [reason, setReason] = createSignal("");
  const preview = useQuery(() => ({
    queryKey: [...KEY, "playbook", props.playbook],
    queryFn: ({ signal }) =>
      answer(api.playbooks[":playbook"].$get({ param: { playbook: props.playbook } }, { init: { signal } })),
  }));
  const run = useFormAction(
    KEY,
    (text: string) =>
      answer(
        api.playbooks[":playbook"].$post({ param: { playbook: props.playbook }, json: { reason: text } }),
      ),
    (made) =>
      "status" in made
        ? "It waits for a second person, among the held overrides"
        : "The playbook is in force",
  );
  const blocked = () => {
    if (reason().trim().length < 50) return "Say why, in 50 characters at least: everybody sees it.";
    return run.isPending ? "It is being put in force." : null;
  };
  return (
    <FormDialog
      title={TITLES[props.playbook]}
      button="Put in force"
      tone="danger"
      blocked={blocked()}
      error={run.error}
      onSend={() => run.mutate(reason().trim(), { onSuccess: () => props.onClose() })}
      onClose={props.onClose}
    >
      <Async query={preview} skeleton={<SkeletonRows rows={1} />}>
        {(found) => (
          <p class="muted">
            {words(found().kind)} for {plural(found().products, "product")}, ends by itself{" "}
            <Until at={found().expiresAt} />. {plural(found().pending, "proposal")} waiting.{" "}
            {found().needsPostMortem ? "It ends only with a post-mortem." : ""}
          </p>
        )}
      </Async>
      <TextField label="What happened" value={reason()} onInput={setReason} required />
    </FormDialog>
  );
}

function OpenIncident(props: { incident: Incident }) {
  const me = useMe();
  const [text, setText] = createSignal("");
  const isSevere = () => props.incident.playbook === "severe_impact";
  const close = useAction(
    KEY,
    () =>
      answer(
        api.incidents[":id"].close.$post({
          param: { id: inPath(props.incident.id) },
          json: text().trim() === "" ? {} : { postMortem: text().trim() },
        }),
      ),
    () => "The incident is closed, prices are decided again",
  );
  const blocked = () =>
    missingRight(me.data, "approve") ??
    (isSevere() && text().trim() === "" ? "Write the post-mortem first." : null) ??
    (close.isPending ? "It is being closed." : null);
  return (
    <div class="stack stack-start">
      <p>
        <strong>{TITLES[props.incident.playbook]}</strong>, by {actor(props.incident.openedBy)},{" "}
        <Ago at={props.incident.openedAt} />: {props.incident.reason}
      </p>
      <TextField
        label={isSevere() ? "Post-mortem" : "What came of it (optional)"}
        value={text()}
        onInput={setText}
      />
      <ActionButton small disabledReason={blocked()} onClick={() => close.mutate(undefined)}>
        Close the incident
      </ActionButton>
    </div>
  );
}
