import { Show } from "solid-js";
import { Ago } from "../components/facts.tsx";
import { LOCALE } from "../format/number.ts";
import { plural, words } from "../format/words.ts";
import { currentDigest, type DigestSum, dismissDigest } from "../live/digests.ts";

/** So many types are named; the rest is one sum. */
const NAMED = 3;

function counts({ types }: DigestSum): string {
  const named = types.slice(0, NAMED).map(({ type, count }) => `${shown(count)}\u00a0${words(type)}`);
  const rest = types.slice(NAMED).reduce((sum, { count }) => sum + count, 0);
  return [...named, ...(rest > 0 ? [`${shown(rest)}\u00a0more`] : [])].join(", ");
}

function shown(count: number): string {
  return count.toLocaleString(LOCALE);
}

/** Says that many signals came at once, which are announced together. */
export function SignalDigest(props: { onMostUrgent: () => void }) {
  return (
    <Show when={currentDigest()}>
      {(sum) => (
        <aside class="notice notice-info digest" role="status">
          <p>
            <strong>{plural(sum().signals, "signal")} came at once</strong>, <Ago at={sum().since} />:{" "}
            {counts(sum())}.
          </p>
          <div class="digest-actions">
            <button
              type="button"
              class="button button-plain button-small"
              onClick={() => props.onMostUrgent()}
            >
              Show high priority
            </button>
            <button type="button" class="button button-plain button-small" onClick={dismissDigest}>
              Dismiss
            </button>
          </div>
        </aside>
      )}
    </Show>
  );
}
