import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip } from "../../components/chips.tsx";

interface SaveBarProps {
  /** how much is not saved yet */
  note: string;
  /** why each cannot be done now; null if it can */
  whatIfBlocked: string | null;
  undoBlocked: string | null;
  saveBlocked: string | null;
  onWhatIf: () => void;
  onUndo: () => void;
  onSave: () => void;
}

/** Stays at the bottom of a page whose changes are tried before they are saved. */
export function SaveBar(props: SaveBarProps) {
  return (
    <div class="settings-bar">
      <Chip tone={props.undoBlocked === null ? "info" : "quiet"}>{props.note}</Chip>
      <ActionButton disabledReason={props.whatIfBlocked} onClick={props.onWhatIf}>
        What would it do?
      </ActionButton>
      <ActionButton disabledReason={props.undoBlocked} onClick={props.onUndo}>
        Undo
      </ActionButton>
      <ActionButton tone="primary" disabledReason={props.saveBlocked} onClick={props.onSave}>
        Save
      </ActionButton>
    </div>
  );
}
