import { For, Show } from "solid-js";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip } from "../../components/chips.tsx";
import { EmptyState } from "../../components/states.tsx";
import { percentDelta } from "../../format/number.ts";
import { words } from "../../format/words.ts";
import type { WhatIf } from "../../queries/settings.ts";
import {
  matchInWords,
  moved,
  type Rule,
  type Strategy,
  strategyOf,
  wantedBy,
  wantedInWords,
} from "./rules.ts";

type Counts = WhatIf["byRule"][string];

interface RuleListProps {
  rules: readonly Rule[];
  strategies: readonly Strategy[];
  /** what each would do, by its id; undefined while that is not known */
  counts: WhatIf["byRule"] | undefined;
  onChange: (rules: Rule[]) => void;
  onEdit: (rule: Rule) => void;
  onSuggest: (rule: Rule) => void;
}

/** The rules in the order of their priority. */
export function RuleList(props: RuleListProps) {
  const switched = (rule: Rule) =>
    props.rules.map((one) => (one.id === rule.id ? { ...rule, active: !rule.active } : one));
  return (
    <Show
      when={props.rules.length > 0}
      fallback={
        <EmptyState title="No price rule yet">
          A rule says which products a strategy is for. Without rules, the strategies of the settings decide.
        </EmptyState>
      }
    >
      <ol class="rules">
        <For each={props.rules}>
          {(rule, index) => (
            <RuleItem
              rule={rule}
              strategies={props.strategies}
              counts={props.counts?.[rule.id]}
              isFirst={index() === 0}
              isLast={index() === props.rules.length - 1}
              onSuggest={() => props.onSuggest(rule)}
              onEdit={() => props.onEdit(rule)}
              onMove={(by) => props.onChange(moved(props.rules, index(), by))}
              onSwitch={() => props.onChange(switched(rule))}
              onRemove={() => props.onChange(props.rules.filter(({ id }) => id !== rule.id))}
            />
          )}
        </For>
      </ol>
    </Show>
  );
}

/** How many prices would move, and how far. */
function CountsText(props: { counts: Counts }) {
  return (
    <strong class="rule-counts">
      {props.counts.up} up, {props.counts.down} down, {props.counts.held} held, {props.counts.blocked} blocked
      <Show when={props.counts.meanChangePct !== null}>
        <span class="sub"> {percentDelta(props.counts.meanChangePct ?? 0)} on average</span>
      </Show>
    </strong>
  );
}

interface RuleItemProps {
  rule: Rule;
  strategies: readonly Strategy[];
  counts: Counts | undefined;
  isFirst: boolean;
  isLast: boolean;
  onSuggest: () => void;
  onEdit: () => void;
  onMove: (by: -1 | 1) => void;
  onSwitch: () => void;
  onRemove: () => void;
}

function RuleItem(props: RuleItemProps) {
  return (
    <li class="rule">
      <div class="stack stack-start">
        <span class="setting-name">
          {props.rule.name}
          <Show when={!props.rule.active}>
            <Chip tone="quiet">Inactive</Chip>
          </Show>
        </span>
        <span>For {matchInWords(props.rule)}</span>
        <Show when={strategyOf(props.rule, props.strategies)}>
          {(strategy) => <span>By the strategy “{strategy().name}”</span>}
        </Show>
        <Show when={wantedBy(props.rule, props.strategies)}>
          {(wanted) => (
            <span class="sub">
              {wantedInWords(wanted())}. If none of these is known: {words(wanted().otherwise).toLowerCase()}
            </span>
          )}
        </Show>
        <Show when={props.counts}>{(counts) => <CountsText counts={counts()} />}</Show>
      </div>
      <span class="row-actions">
        <ActionButton
          small
          disabledReason={props.isFirst ? "It is the first." : null}
          onClick={() => props.onMove(-1)}
        >
          Up
        </ActionButton>
        <ActionButton
          small
          disabledReason={props.isLast ? "It is the last." : null}
          onClick={() => props.onMove(1)}
        >
          Down
        </ActionButton>
        <Show when={!props.rule.active}>
          <ActionButton small disabledReason={null} onClick={props.onSuggest}>
            Suggestions
          </ActionButton>
        </Show>
        <ActionButton small disabledReason={null} onClick={props.onEdit}>
          Edit
        </ActionButton>
        <ActionButton small disabledReason={null} onClick={props.onSwitch}>
          {props.rule.active ? "Switch off" : "Switch on"}
        </ActionButton>
        <ActionButton small disabledReason={null} onClick={props.onRemove}>
          Remove
        </ActionButton>
      </span>
    </li>
  );
}
