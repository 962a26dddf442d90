import { Dialog } from "@kobalte/core/dialog";
import { createSignal, type JSX, Show } from "solid-js";
import { ApiError } from "../api/errors.ts";
import { ActionButton } from "./ActionButton.tsx";
import { Failure } from "./Async.tsx";

interface TextFieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "email" | "password";
  autocomplete?: string;
  help?: string;
  required?: boolean;
  readOnly?: boolean;
  inputmode?: "numeric";
  ref?: (element: HTMLInputElement) => void;
  /** what the server said of this field */
  error?: string | undefined;
}

/** A labelled line of text, with help below it or what is wrong with it. */
export function TextField(props: TextFieldProps) {
  return (
    <label class="field">
      <span class="field-label">{props.label}</span>
      <input
        ref={(element) => props.ref?.(element)}
        class="input"
        type={props.type ?? "text"}
        autocomplete={props.autocomplete ?? "off"}
        inputmode={props.inputmode}
        required={props.required ?? true}
        readOnly={props.readOnly ?? false}
        aria-invalid={props.error === undefined ? undefined : "true"}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <Show
        when={props.error}
        fallback={<Show when={props.help}>{<span class="field-help">{props.help}</span>}</Show>}
      >
        <span class="field-error" role="alert">
          {props.error}
        </span>
      </Show>
    </label>
  );
}

/** What the server says is wrong with one field; undefined if nothing. */
export function errorOf(error: unknown, path: string): string | undefined {
  return error instanceof ApiError ? error.errors.find((each) => each.path === path)?.message : undefined;
}

interface FormDialogProps {
  title: string;
  about?: JSX.Element;
  button: string;
  tone?: "primary" | "danger";
  pending: boolean;
  error: unknown;
  onSubmit: () => void;
  onClose: () => void;
  children?: JSX.Element;
}

/** A question with fields. A refusal by the server is shown here, and the dialog stays open. */
export function FormDialog(props: FormDialogProps) {
  return (
    <Dialog open onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay class="overlay" />
        <div class="dialog-place">
          <Dialog.Content class="dialog">
            <form
              onSubmit={(event) => {
                event.preventDefault();
                if (!props.pending) props.onSubmit();
              }}
            >
              <Dialog.Title class="dialog-title">{props.title}</Dialog.Title>
              <Show when={props.about}>
                <Dialog.Description as="div" class="dialog-about">
                  {props.about}
                </Dialog.Description>
              </Show>
              {props.children}
              <Show when={props.error}>
                <Failure error={props.error} />
              </Show>
              <div class="dialog-actions">
                <button type="button" class="button" onClick={() => props.onClose()}>
                  Cancel
                </button>
                <ActionButton
                  type="submit"
                  tone={props.tone ?? "primary"}
                  disabledReason={props.pending ? "It is being sent." : null}
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

interface ShownOnceProps {
  title: string;
  /** what it is, and what to do with it */
  children: JSX.Element;
  label: string;
  value: string;
  onClose: () => void;
}

/** Something that the server keeps only a hash of: to be copied now. */
export function ShownOnce(props: ShownOnceProps) {
  return (
    <Dialog open onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay class="overlay" />
        <div class="dialog-place">
          <Dialog.Content class="dialog">
            <div class="dialog-body">
              <Dialog.Title class="dialog-title">{props.title}</Dialog.Title>
              <Dialog.Description as="div">{props.children}</Dialog.Description>
              <label class="field">
                <span class="field-label">{props.label}</span>
                <textarea
                  class="input secret"
                  rows={3}
                  readOnly
                  value={props.value}
                  onFocus={(e) => e.currentTarget.select()}
                />
              </label>
              <div class="dialog-actions">
                <CopyButton value={props.value} />
                <button type="button" class="button button-primary" onClick={() => props.onClose()}>
                  Done
                </button>
              </div>
            </div>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog>
  );
}

/** Copies a text, and says whether the browser let it. */
function CopyButton(props: { value: string }) {
  const [state, setState] = createSignal("Copy");
  return (
    <button
      type="button"
      class="button"
      aria-live="polite"
      onClick={() =>
        navigator.clipboard.writeText(props.value).then(
          () => setState("Copied"),
          () => setState("Select it, and copy it by hand"),
        )
      }
    >
      {state()}
    </button>
  );
}
