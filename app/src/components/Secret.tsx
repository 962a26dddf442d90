import { Dialog } from "@kobalte/core/dialog";

interface SecretProps {
  title: string;
  secret: string;
  help: string;
  onClose: () => void;
}

/** Shows a secret, this once. */
export function Secret(props: SecretProps) {
  return (
    <Dialog open onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay class="overlay" />
        <div class="dialog-place">
          <Dialog.Content class="dialog">
            <Dialog.Title class="dialog-title">{props.title}</Dialog.Title>
            <Dialog.Description as="p">
              Copy it now: it is shown only this once. {props.help}
            </Dialog.Description>
            <code class="secret">{props.secret}</code>
            <div class="dialog-actions">
              <button
                type="button"
                class="button"
                onClick={() => navigator.clipboard.writeText(props.secret)}
              >
                Copy
              </button>
              <button type="button" class="button button-primary" onClick={() => props.onClose()}>
                Done
              </button>
            </div>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog>
  );
}
