import { Tooltip } from "@kobalte/core/tooltip";
import type { JSX } from "solid-js";
import { OnApproach } from "./OnApproach.tsx";

interface HintProps {
  /** null: nothing is said now */
  text: string | null;
  /** ms that the pointer rests before it is said */
  openDelay: number;
  /** one element */
  children: JSX.Element;
}

/** Says something about an element when the pointer or the focus is on it. */
export function Hint(props: HintProps) {
  return (
    <OnApproach
      isForStaying
      made={(standing) => (
        <Tooltip placement="top" gutter={6} openDelay={props.openDelay} disabled={props.text === null}>
          <Tooltip.Trigger as={standing} />
          <Tooltip.Portal>
            <Tooltip.Content class="tooltip">{props.text}</Tooltip.Content>
          </Tooltip.Portal>
        </Tooltip>
      )}
    >
      {props.children}
    </OnApproach>
  );
}
