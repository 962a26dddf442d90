import { For, Show } from "solid-js";
import { words } from "../format/words.ts";

interface Choice {
  value: string;
  label: string;
}

/** For values that are names already. */
export const asIs = (value: string): string => value;

/** Codes as choices, shown as words. */
export function choicesOf(values: readonly string[]): Choice[] {
  return values.map((value) => ({ value, label: words(value) }));
}

interface SelectFieldProps {
  label: string;
  value: string;
  choices: readonly Choice[];
  onChange: (value: string) => void;
}

/** A labelled choice: the browser's own list, which works with every keyboard, screen reader and phone. */
export function SelectField(props: SelectFieldProps) {
  return (
    <label class="field">
      <span class="field-label">{props.label}</span>
      <select class="input" value={props.value} onChange={(e) => props.onChange(e.currentTarget.value)}>
        <For each={props.choices}>
          {(choice) => (
            <option value={choice.value} selected={choice.value === props.value}>
              {choice.label}
            </option>
          )}
        </For>
      </select>
    </label>
  );
}

const TYPING_PAUSE_MS = 200;

interface SearchFieldProps {
  label: string;
  value: string;
  placeholder: string;
  onInput: (value: string) => void;
}

/** Search while typing, after a short pause. */
export function SearchField(props: SearchFieldProps) {
  let pause: ReturnType<typeof setTimeout> | undefined;
  return (
    <label class="field field-search">
      <span class="field-label">{props.label}</span>
      <input
        class="input"
        type="search"
        data-hotkey="search"
        value={props.value}
        placeholder={props.placeholder}
        onInput={(e) => {
          const value = e.currentTarget.value;
          clearTimeout(pause);
          pause = setTimeout(() => props.onInput(value), TYPING_PAUSE_MS);
        }}
      />
    </label>
  );
}

interface TextFieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  help?: string;
  required?: boolean;
  placeholder?: string;
  type?: "text" | "datetime-local" | "number" | "email" | "url" | "password";
  autocomplete?: string;
  inputmode?: "numeric";
  readOnly?: boolean;
  ref?: (element: HTMLInputElement) => void;
  /** what is wrong with it, in place of the help */
  error?: string | undefined;
}

/** A labelled line of text. */
export function TextField(props: TextFieldProps) {
  return (
    <label class="field">
      <span class="field-label">{props.label}</span>
      <input
        ref={(element) => props.ref?.(element)}
        class="input"
        type={props.type ?? "text"}
        value={props.value}
        required={props.required}
        readOnly={props.readOnly}
        placeholder={props.placeholder}
        autocomplete={props.autocomplete}
        inputmode={props.inputmode}
        aria-invalid={props.error === undefined ? undefined : "true"}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <Show
        when={props.error}
        fallback={<Show when={props.help}>{(help) => <span class="field-help">{help()}</span>}</Show>}
      >
        {(error) => (
          <span class="field-error" role="alert">
            {error()}
          </span>
        )}
      </Show>
    </label>
  );
}
