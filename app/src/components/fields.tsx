import { For } from "solid-js";
import { words } from "../format/words.ts";

interface Choice {
  value: string;
  label: string;
}

/** The value of the choice that leaves a list as it is. */
export const ANY = "all";

/** The choices of a list's query: any, or one of the values, shown as words unless said otherwise. */
export function choicesOf(any: string, values: readonly string[], labelOf = words): Choice[] {
  return [{ value: ANY, label: any }, ...values.map((value) => ({ value, label: labelOf(value) }))];
}

/** For values that are names already. */
export const asIs = (value: string): string => value;

/** The value if the list has it: the address may hold anything. */
export function known<T extends string>(values: readonly T[], value: string | undefined): T | undefined {
  return values.find((one) => one === value);
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
