import { Toast, toaster } from "@kobalte/core/toast";
import { Show } from "solid-js";
import { Portal } from "solid-js/web";
import { describeError } from "../api/errors.ts";

interface Message {
  tone: "good" | "bad";
  title: string;
  detail?: string | undefined;
  /** what can be done about it, for so many milliseconds */
  action?: { label: string; run: () => void; ms: number } | undefined;
}

function show(message: Message): number {
  return toaster.show((props) => (
    <Toast
      toastId={props.toastId}
      class={`toast toast-${message.tone}`}
      persistent={message.tone === "bad"}
      {...(message.action ? { duration: message.action.ms } : {})}
    >
      <div>
        <Toast.Title class="toast-title">{message.title}</Toast.Title>
        <Show when={message.detail}>
          <Toast.Description class="toast-detail">{message.detail}</Toast.Description>
        </Show>
      </div>
      <Show when={message.action}>
        {(action) => (
          <button
            type="button"
            class="button button-small"
            onClick={() => {
              toaster.dismiss(props.toastId);
              action().run();
            }}
          >
            {action().label}
          </button>
        )}
      </Show>
      <Toast.CloseButton class="icon-button" aria-label="Dismiss">
        ×
      </Toast.CloseButton>
    </Toast>
  ));
}

let newest: number | undefined;

/** Says that something was done. It replaces the message before, so that twenty decisions do not queue twenty. */
export function toastDone(title: string, detail?: string): void {
  if (newest !== undefined) toaster.dismiss(newest);
  newest = show({ tone: "good", title, detail });
}

/** Says that something was done and can be undone until an instant. */
export function toastUndo(title: string, detail: string, until: Date, undo: () => void): void {
  const ms = Math.max(0, until.getTime() - Date.now());
  show({ tone: "good", title, detail, action: { label: "Undo", run: undo, ms } });
}

/** Says why something could not be done; stays until dismissed. */
export function toastError(error: unknown): void {
  show({ tone: "bad", ...describeError(error) });
}

/** Where messages appear, once per page. */
export function ToastRegion() {
  return (
    <Portal>
      <Toast.Region duration={6000} limit={3}>
        <Toast.List class="toasts" />
      </Toast.Region>
    </Portal>
  );
}
