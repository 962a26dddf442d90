import type { Scope } from "../../../domain/identity/rights.ts";
import { missingRight, useMe } from "../queries/session.ts";
import { ActionButton } from "./ActionButton.tsx";

interface NewButtonProps {
  /** what somebody needs to be allowed */
  right: Scope;
  children: string;
  onClick: () => void;
}

/** Beside the title of a list: opens the dialog that makes something new for it. */
export function NewButton(props: NewButtonProps) {
  const me = useMe();
  return (
    <ActionButton
      small
      tone="primary"
      disabledReason={missingRight(me.data, props.right)}
      onClick={props.onClick}
    >
      {props.children}
    </ActionButton>
  );
}
