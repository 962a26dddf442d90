import { createSignal, lazy, onCleanup, Show } from "solid-js";
import { listenForKeys } from "../list/hotkeys.ts";

const HelpDialog = lazy(() => import("./HelpDialog.tsx"));

/** The button and the key that open the help. */
export function Help() {
  const [isOpen, setOpen] = createSignal(false);
  onCleanup(
    listenForKeys({
      help: () => setOpen(true),
      search: () => document.querySelector<HTMLInputElement>("[data-hotkey=search]")?.focus(),
    }),
  );
  return (
    <>
      <button
        type="button"
        class="icon-button help-button"
        aria-label="Keys and terms"
        aria-keyshortcuts="?"
        title="Keys and terms (?)"
        onClick={() => setOpen(true)}
      >
        ?
      </button>
      <Show when={isOpen()}>
        <HelpDialog onClose={() => setOpen(false)} />
      </Show>
    </>
  );
}
