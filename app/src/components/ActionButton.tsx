import { Tooltip } from "@kobalte/core/tooltip";
import { type JSX, Show } from "solid-js";

interface ActionButtonProps {
  children: JSX.Element;
  onClick: () => void;
  /** why it cannot be used now; null if it can */
  disabledReason: string | null;
  tone?: "primary" | "danger" | "plain";
  small?: boolean;
  type?: "button" | "submit";
  shortcut?: string;
}

/** A button that can be focused while disabled, and says why it is. */
export function ActionButton(props: ActionButtonProps) {
  const disabled = () => props.disabledReason !== null;
  return (
    <Tooltip placement="top" gutter={6} openDelay={200} disabled={!disabled()}>
      <Tooltip.Trigger
        as="button"
        type={props.type ?? "button"}
        class={`button button-${props.tone ?? "plain"}`}
        classList={{ "button-small": props.small ?? false }}
        aria-disabled={disabled() ? "true" : undefined}
        aria-keyshortcuts={props.shortcut}
        onClick={(event: MouseEvent) => {
          if (disabled()) event.preventDefault();
          else props.onClick();
        }}
      >
        {props.children}
      </Tooltip.Trigger>
      <Show when={disabled()}>
        <Tooltip.Portal>
          <Tooltip.Content class="tooltip">{props.disabledReason}</Tooltip.Content>
        </Tooltip.Portal>
      </Show>
    </Tooltip>
  );
}
