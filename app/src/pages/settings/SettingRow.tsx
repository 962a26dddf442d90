import { createEffect, createSignal, For, Match, on, Show, Switch } from "solid-js";
import { Chip } from "../../components/chips.tsx";
import { errorOf } from "../../components/form.ts";
import { words } from "../../format/words.ts";
import { readTyped, type SettingField, typedValue } from "./schema.ts";

interface SettingRowProps {
  field: SettingField;
  value: unknown;
  isChanged: boolean;
  /** of the last try to save */
  error: unknown;
  onChange: (value: unknown) => void;
  onWrong: (isWrong: boolean) => void;
}

/** One setting: what it is called and does, what a fresh install has, and its value. */
export function SettingRow(props: SettingRowProps) {
  const id = () => `setting-${props.field.path.join("-")}`;
  const [problem, setProblem] = createSignal<string | undefined>();
  const type = (text: string) => {
    const read = readTyped(props.field, text);
    const message = "error" in read ? read.error : undefined;
    setProblem(message);
    props.onWrong(message !== undefined);
    if ("value" in read) props.onChange(read.value);
  };
  const refused = () => problem() ?? errorOf(props.error, props.field.path.join("."));
  return (
    <div class="setting">
      <div class="stack stack-start">
        <label class="setting-name" for={id()}>
          {props.field.label}
          <Show when={props.isChanged}>
            <Chip tone="info">Changed</Chip>
          </Show>
        </label>
        <span class="sub">
          {props.field.description}
          <Show when={props.field.lines}>{(lines) => ` (${lines().help})`}</Show>
        </span>
        <span class="sub">
          <code>{props.field.path.join(".")}</code>
          <Show when={standardInWords(props.field)}>{(text) => <> · usually {text()}</>}</Show>
        </span>
      </div>
      <div class="field">
        <Control id={id()} field={props.field} value={props.value} onType={type} onChange={props.onChange} />
        <Show when={refused()}>
          {(message) => (
            <span class="field-error" role="alert">
              {message()}
            </span>
          )}
        </Show>
      </div>
    </div>
  );
}

interface ControlProps {
  id: string;
  field: SettingField;
  value: unknown;
  onType: (text: string) => void;
  onChange: (value: unknown) => void;
}

function Control(props: ControlProps) {
  const [text, setText] = createSignal(typedValue(props.field, props.value));
  // a value that comes from elsewhere, such as an undo, is shown; what is being typed stays as it is typed
  createEffect(
    on(
      () => props.value,
      (value) => {
        const read = readTyped(props.field, text());
        if (!("value" in read) || JSON.stringify(read.value) !== JSON.stringify(value ?? null))
          setText(typedValue(props.field, value));
      },
      { defer: true },
    ),
  );
  const type = (typed: string) => {
    setText(typed);
    props.onType(typed);
  };
  return (
    <Switch
      fallback={
        <input
          id={props.id}
          class="input"
          inputmode={props.field.kind === "number" ? "decimal" : undefined}
          value={text()}
          placeholder={props.field.nullable ? "none" : ""}
          onInput={(event) => type(event.currentTarget.value)}
        />
      }
    >
      <Match when={props.field.kind === "switch"}>
        <input
          id={props.id}
          type="checkbox"
          checked={props.value === true}
          onChange={(event) => props.onChange(event.currentTarget.checked)}
        />
      </Match>
      <Match when={props.field.kind === "choice"}>
        <select
          id={props.id}
          class="input"
          value={String(props.value)}
          onChange={(event) => props.onChange(event.currentTarget.value)}
        >
          <For each={props.field.choices}>{(choice) => <option value={choice}>{words(choice)}</option>}</For>
        </select>
      </Match>
      <Match when={props.field.kind === "json" || props.field.kind === "lines"}>
        <textarea
          id={props.id}
          class={props.field.kind === "json" ? "input mono" : "input"}
          placeholder={props.field.kind === "lines" ? "none" : ""}
          rows={Math.min(8, text().split("\n").length + 1)}
          spellcheck={false}
          value={text()}
          onInput={(event) => type(event.currentTarget.value)}
        />
      </Match>
    </Switch>
  );
}

function standardInWords({ standard, kind, choices }: SettingField): string | null {
  if (standard === undefined || kind === "json" || kind === "lines") return null;
  if (standard === null) return "none";
  if (kind === "switch") return standard === true ? "on" : "off";
  return choices.length > 0 ? words(String(standard)).toLowerCase() : String(standard).replace(/^-/, "−");
}
