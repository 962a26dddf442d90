import type { SignalStatus } from "../../../domain/messages/names.ts";
import type { ProposalStatus, Risk } from "../../../domain/messages/proposal.ts";
import { words } from "../format/words.ts";

type Tone = "good" | "bad" | "warn" | "info" | "quiet";

interface ChipProps {
  tone: Tone;
  children: string;
  title?: string;
  /** the tone is a dot before the words: for many chips of which few need attention */
  isDotted?: boolean;
}

export function Chip(props: ChipProps) {
  return (
    <span
      class={`chip chip-${props.tone}`}
      classList={{ "chip-dotted": props.isDotted ?? false }}
      title={props.title}
    >
      {props.children}
    </span>
  );
}

const RISK_TONE = { LOW: "quiet", MEDIUM: "warn", HIGH: "bad" } as const satisfies Record<Risk, Tone>;

export function RiskChip(props: { risk: Risk }) {
  return <Chip tone={RISK_TONE[props.risk]}>{`${words(props.risk)} risk`}</Chip>;
}

const STATUS_TONE = {
  pending: "info",
  approved: "info",
  applied: "good",
  rejected: "quiet",
  expired: "quiet",
  superseded: "quiet",
  failed: "bad",
} as const satisfies Record<ProposalStatus, Tone>;

export function ProposalStatusChip(props: { status: ProposalStatus }) {
  return <Chip tone={STATUS_TONE[props.status]}>{words(props.status)}</Chip>;
}

const RUN_TONE = { queued: "info", running: "info", done: "good", partial: "warn", failed: "bad" } as const;

export function RunStatusChip(props: { status: keyof typeof RUN_TONE }) {
  return <Chip tone={RUN_TONE[props.status]}>{words(props.status)}</Chip>;
}

const SIGNAL_TONE = {
  open: "info",
  acknowledged: "warn",
  resolved: "quiet",
} as const satisfies Record<SignalStatus, Tone>;

export function SignalStatusChip(props: { status: SignalStatus }) {
  return <Chip tone={SIGNAL_TONE[props.status]}>{words(props.status)}</Chip>;
}

const PRIORITIES: Readonly<Record<number, { tone: Tone; label: string }>> = {
  1: { tone: "bad", label: "P1 high" },
  2: { tone: "warn", label: "P2 medium" },
  3: { tone: "quiet", label: "P3 low" },
};

/** Priority 1 is the most urgent. */
export function PriorityChip(props: { priority: number }) {
  const shown = () => PRIORITIES[props.priority];
  return <Chip tone={shown()?.tone ?? "quiet"}>{shown()?.label ?? `P${props.priority}`}</Chip>;
}
