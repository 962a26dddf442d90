import { Dialog } from "@kobalte/core/dialog";
import { For } from "solid-js";
import { GLOSSARY } from "../format/glossary.ts";

const KEYS = [
  ["?", "This help"],
  ["/", "Search the list"],
  ["J", "Next row, or the next proposal"],
  ["K", "Previous row, or the previous proposal"],
  ["Enter", "Open the row"],
  ["Esc", "Back to the list, or close what is open"],
] as const;

const APPROVAL_KEYS = [
  ["A", "Approve the open proposal"],
  ["E", "Edit its price or schedule it"],
  ["R", "Reject it"],
  ["Ctrl + Enter", "Send the open dialog"],
  ["X", "Mark the row; with Shift and a click, all rows up to it"],
] as const;

/** The keys, and what the terms of the pages mean. */
export default function HelpDialog(props: { onClose: () => void }) {
  return (
    <Dialog open onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay class="overlay" />
        <div class="dialog-place">
          <Dialog.Content class="dialog help">
            <div class="help-head">
              <Dialog.Title class="dialog-title">Keys and terms</Dialog.Title>
              <Dialog.CloseButton class="button button-small">Close</Dialog.CloseButton>
            </div>
            <div class="help-keys">
              <Keys title="Everywhere" keys={KEYS} />
              <Keys title="In Approvals" keys={APPROVAL_KEYS} />
            </div>
            <h3>Terms</h3>
            <dl class="help-terms">
              <For each={Object.entries(GLOSSARY)}>
                {([term, meaning]) => (
                  <div>
                    <dt>{term}</dt>
                    <dd>{meaning}</dd>
                  </div>
                )}
              </For>
            </dl>
            <p class="muted">
              The API is described in its <a href="/docs">documentation</a>.
            </p>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog>
  );
}

function Keys(props: { title: string; keys: readonly (readonly [string, string])[] }) {
  return (
    <section aria-label={props.title}>
      <h3>{props.title}</h3>
      <dl class="help-list">
        <For each={props.keys}>
          {([key, effect]) => (
            <div>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{effect}</dd>
            </div>
          )}
        </For>
      </dl>
    </section>
  );
}
