import type { JSX } from "solid-js";
import { Hint } from "./Hint.tsx";

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
    <Hint text={props.disabledReason} openDelay={200}>
      <button
        type={props.type ?? "button"}
        class={`button button-${props.tone ?? "plain"}`}
        classList={{ "button-small": props.small ?? false }}
        aria-disabled={disabled() ? "true" : undefined}
        aria-keyshortcuts={props.shortcut}
        on:click={(event) => {
          if (disabled()) event.preventDefault();
          else props.onClick();
        }}
      >
        {props.children}
      </button>
    </Hint>
  );
}
