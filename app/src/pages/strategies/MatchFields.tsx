import { createEffect, createSignal, For, on, onCleanup, Show } from "solid-js";
import { TextField } from "../../components/fields.tsx";
import { plural } from "../../format/words.ts";
import { useRulePreview } from "../../queries/settings.ts";
import { isWrongNumber, LISTS, matchOf, NUMBERS, PRICES, SHARES, type Typed } from "./rule-match.ts";

interface MatchFieldsProps {
  typed: Typed;
  onType: (name: string, text: string) => void;
}

/** Which products a rule is for, and how many those are. */
export function MatchFields(props: MatchFieldsProps) {
  const field = (name: string, label: string, placeholder: string) => (
    <TextField
      label={label}
      placeholder={placeholder}
      value={props.typed[name] ?? ""}
      onInput={(text) => props.onType(name, text)}
    />
  );
  return (
    <fieldset class="rule-part">
      <legend>Which products</legend>
      <For each={LISTS}>{({ name, label }) => field(name, label, "all")}</For>
      <For each={[...PRICES, ...NUMBERS, ...SHARES]}>{({ name, label }) => field(name, label, "")}</For>
      <Preview typed={props.typed} />
    </fieldset>
  );
}

const TYPING_PAUSE_MS = 300;

function Preview(props: { typed: Typed }) {
  const [asked, setAsked] = createSignal(matchOf(props.typed));
  createEffect(
    on(
      () => JSON.stringify(props.typed),
      () => {
        const pause = setTimeout(
          () => !isWrongNumber(props.typed) && setAsked(matchOf(props.typed)),
          TYPING_PAUSE_MS,
        );
        onCleanup(() => clearTimeout(pause));
      },
      { defer: true },
    ),
  );
  const preview = useRulePreview(asked);
  return (
    <p class="rule-preview" aria-live="polite">
      <Show when={!preview.isPending && !preview.isError && preview.data} fallback="Counting the products …">
        {(found) => (
          <>
            <strong>
              {plural(found().products, "product")} of {found().of.toLocaleString("en-GB")}
            </strong>
            <Show when={found().named.length > 0}>
              <span class="sub">
                {found()
                  .named.map(({ title }) => title)
                  .join(", ")}
                {found().products > found().named.length ? " …" : ""}
              </span>
            </Show>
          </>
        )}
      </Show>
    </p>
  );
}
