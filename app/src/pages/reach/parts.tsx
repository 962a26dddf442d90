import { A } from "@solidjs/router";
import { createSignal, For, onCleanup, Show } from "solid-js";
import type { DeliveryOutcome, EndpointStatus } from "../../../../domain/messages/events.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip } from "../../components/chips.tsx";
import { Ago, Until } from "../../components/facts.tsx";
import { words } from "../../format/words.ts";

const TABS = [
  { path: "/alerts", label: "Rules" },
  { path: "/alerts/channels", label: "Channels" },
  { path: "/alerts/sent", label: "Sent" },
];

/** The pages about alerts, from each to the others. */
export function AlertTabs() {
  return (
    <nav class="tabs" aria-label="Alerts">
      <For each={TABS}>
        {(tab) => (
          <A href={tab.path} class="tab" activeClass="tab-active" end>
            {tab.label}
          </A>
        )}
      </For>
    </nav>
  );
}

const TONE = { enabled: "good", paused: "quiet", disabled: "bad" } as const;
const LABEL = { enabled: "On", paused: "Paused", disabled: "Turned off" } as const;

interface Reached {
  status: EndpointStatus;
  failures: number;
  nextTryAt: string | null;
  lastError: string | null;
  reason: string | null;
}

/** Whether a receiver gets what it should, and if not, why. */
export function ReceiverStatus(props: { of: Reached }) {
  const isFailing = () => props.of.status === "enabled" && props.of.failures > 0;
  return (
    <span class="stack stack-start">
      <Show when={isFailing()} fallback={<Chip tone={TONE[props.of.status]}>{LABEL[props.of.status]}</Chip>}>
        <Chip tone="warn">{`Failing, ${props.of.failures}×`}</Chip>
      </Show>
      <Show when={props.of.reason ?? props.of.lastError}>
        {(why) => (
          <span class="sub clip" title={why()}>
            {why()}
          </span>
        )}
      </Show>
      <Show when={isFailing() && props.of.nextTryAt}>
        {(at) => (
          <span class="sub">
            next try <Until at={at()} />
          </span>
        )}
      </Show>
    </span>
  );
}

/** When something was last delivered. */
export function LastDelivery(props: { at: string | null }) {
  return (
    <Show when={props.at} fallback="never">
      {(at) => <Ago at={at()} />}
    </Show>
  );
}

const OUTCOME_TONE = {
  delivered: "good",
  failed: "warn",
  refused: "warn",
  gone: "bad",
  given_up: "bad",
} as const satisfies Record<DeliveryOutcome, string>;

/** What became of one try. */
export function OutcomeChip(props: { outcome: DeliveryOutcome }) {
  return <Chip tone={OUTCOME_TONE[props.outcome]}>{words(props.outcome)}</Chip>;
}

/** What a test came to, in words for a toast. */
export function testWords(answer: {
  delivered: boolean;
  status: number | null;
  error: string | null;
}): string {
  if (answer.delivered) return `Test delivered${answer.status === null ? "" : ` (${answer.status})`}`;
  throw new Error(`The test was not delivered: ${answer.error ?? answer.status}`);
}

/** How long a button waits for the second press, ms. */
const SURE_MS = 4_000;

/** A button that deletes, if it is pressed twice. */
export function DeleteButton(props: { disabledReason: string | null; onDelete: () => void }) {
  const [isAsked, setAsked] = createSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  const press = () => {
    clearTimeout(timer);
    if (isAsked()) props.onDelete();
    else timer = setTimeout(() => setAsked(false), SURE_MS);
    setAsked(!isAsked());
  };
  return (
    <ActionButton
      small
      tone={isAsked() ? "danger" : "plain"}
      disabledReason={props.disabledReason}
      onClick={press}
    >
      {isAsked() ? "Really delete" : "Delete"}
    </ActionButton>
  );
}
