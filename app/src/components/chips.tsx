import type { ProposalStatus, Risk, SignalStatus } from "../api/types.ts";
import { words } from "../format/words.ts";

type Tone = "good" | "bad" | "warn" | "info" | "quiet";

export function Chip(props: { tone: Tone; children: string; title?: string }) {
  return (
    <span class={`chip chip-${props.tone}`} title={props.title}>
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
  return <Chip tone={STATUS_TONE[props.status] ?? "quiet"}>{words(props.status)}</Chip>;
}

const SIGNAL_TONE = {
  open: "info",
  acknowledged: "warn",
  resolved: "quiet",
} as const satisfies Record<SignalStatus, Tone>;

export function SignalStatusChip(props: { status: SignalStatus }) {
  return <Chip tone={SIGNAL_TONE[props.status] ?? "quiet"}>{words(props.status)}</Chip>;
}

const PRIORITY_TONE = { 1: "bad", 2: "warn", 3: "quiet" } as const satisfies Record<1 | 2 | 3, Tone>;
const PRIORITY_WORD = { 1: "P1 high", 2: "P2 medium", 3: "P3 low" } as const;

/** Priority 1 is the most urgent. */
export function PriorityChip(props: { priority: 1 | 2 | 3 }) {
  return <Chip tone={PRIORITY_TONE[props.priority]}>{PRIORITY_WORD[props.priority]}</Chip>;
}
