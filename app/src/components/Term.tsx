import { Tooltip } from "@kobalte/core/tooltip";
import { Show } from "solid-js";
import { explained } from "../format/glossary.ts";

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
  const plain = () => (
    <Show when={props.onClick} fallback={props.label}>
      {(onClick) => (
        <button type="button" class="sort" onClick={() => onClick()()}>
          {content()}
        </button>
      )}
    </Show>
  );
  return (
    <Show when={meaning()} fallback={plain()}>
      {(text) => (
        <Tooltip placement="top" gutter={6} openDelay={250}>
          <Show
            when={props.onClick}
            fallback={
              <Tooltip.Trigger as="span" class="term-label" tabIndex={0}>
                {content()}
              </Tooltip.Trigger>
            }
          >
            {(onClick) => (
              <Tooltip.Trigger as="button" type="button" class="sort" onClick={() => onClick()()}>
                {content()}
              </Tooltip.Trigger>
            )}
          </Show>
          <Tooltip.Portal>
            <Tooltip.Content class="tooltip">{text()}</Tooltip.Content>
          </Tooltip.Portal>
        </Tooltip>
      )}
    </Show>
  );
}
