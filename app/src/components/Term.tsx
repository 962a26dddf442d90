import { Show } from "solid-js";
import { explained } from "../format/glossary.ts";
import { Hint } from "./Hint.tsx";

interface TermProps {
  label: string;
  /** for a column that the table can be sorted by */
  onClick?: () => void;
  /** which way it is sorted */
  mark?: string;
}

/** A label; where it is a term of the field, hovering or focusing it says what it means. */
export function Term(props: TermProps) {
  const meaning = () => explained(props.label);
  const content = () => (
    <>
      <span classList={{ term: meaning() !== undefined }}>{props.label}</span>
      <Show when={props.onClick}>
        <span class="sort-mark" aria-hidden="true">
          {props.mark}
        </span>
      </Show>
    </>
  );
  const button = (onClick: () => void) => (
    <button type="button" class="sort" on:click={onClick}>
      {content()}
    </button>
  );
  return (
    <Show
      when={meaning()}
      fallback={
        <Show when={props.onClick} fallback={props.label}>
          {(onClick) => button(onClick())}
        </Show>
      }
    >
      {(text) => (
        <Hint text={text()} openDelay={250}>
          {props.onClick ? (
            button(() => props.onClick?.())
          ) : (
            <span class="term-label" tabindex="0">
              {content()}
            </span>
          )}
        </Hint>
      )}
    </Show>
  );
}
