import { Show } from "solid-js";
import type { StoreWriteState } from "../../../../domain/messages/names.ts";
import { Chip } from "../../components/chips.tsx";
import { words } from "../../format/words.ts";

const TONE = {
  waiting: "info",
  sent: "info",
  confirmed: "good",
  unconfirmed: "bad",
  held: "warn",
  superseded: "quiet",
  rehearsed: "info",
} as const satisfies Record<StoreWriteState, string>;

/** Where a price is on its way into a store, and why it is not there. */
export function StoreStateChip(props: { state: StoreWriteState | undefined; reason?: string | undefined }) {
  return (
    <Show when={props.state} fallback={<span class="muted">–</span>}>
      {(state) => (
        <span class="stack stack-start">
          <Chip tone={TONE[state()]}>{words(state())}</Chip>
          <span class="sub">{props.reason ?? ""}</span>
        </span>
      )}
    </Show>
  );
}
