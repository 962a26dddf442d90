import type { LiveStatus } from "../live/connection.ts";

const TEXT = {
  connecting: { label: "Connecting", title: "Opening the live connection." },
  live: { label: "Live", title: "Changes appear as they happen." },
  reconnecting: {
    label: "Reconnecting",
    title: "The live connection dropped. Figures may be old until it is back; it tries by itself.",
  },
} as const satisfies Record<LiveStatus, { label: string; title: string }>;

/** Whether what is shown follows the server. */
export function LiveBadge(props: { status: LiveStatus }) {
  return (
    <span class={`live live-${props.status}`} role="status" title={TEXT[props.status].title}>
      <span class="live-dot" aria-hidden="true" />
      <span class="live-text">{TEXT[props.status].label}</span>
    </span>
  );
}
