import { Dialog } from "@kobalte/core/dialog";
import { type JSX, Show } from "solid-js";
import { ActionButton } from "./ActionButton.tsx";
import { Failure } from "./Async.tsx";
import { pressed } from "./pace.ts";

interface FormDialogProps {
  title: string;
  button: string;
  tone?: "primary" | "danger";
  /** why it cannot be sent yet; null if it can */
  blocked: string | null;
  error: unknown;
  onSend: () => void;
  onClose: () => void;
  children: JSX.Element;
}

/** A form in a dialog; a refusal by the server is shown in it, and it stays open. */
export function FormDialog(props: FormDialogProps) {
  let form!: HTMLFormElement;
  return (
    <Dialog open onOpenChange={(open) => !open && pressed(form, props.onClose)}>
      <Dialog.Portal>
        <Dialog.Overlay class="overlay" />
        <div class="dialog-place">
          <Dialog.Content class="dialog">
            <form
              ref={form}
              onSubmit={(event) => {
                event.preventDefault();
                if (props.blocked === null) props.onSend();
              }}
            >
              <Dialog.Title class="dialog-title">{props.title}</Dialog.Title>
              {props.children}
              <Show when={props.error}>{(error) => <Failure error={error()} />}</Show>
              <div class="dialog-actions">
                <button type="button" class="button" onClick={() => props.onClose()}>
                  Cancel
                </button>
                <ActionButton
                  type="submit"
                  tone={props.tone ?? "primary"}
                  disabledReason={props.blocked}
                  onClick={() => undefined}
                >
                  {props.button}
                </ActionButton>
              </div>
            </form>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog>
  );
}
