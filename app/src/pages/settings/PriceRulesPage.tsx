import { createMemo, createSignal, For, onMount, Show } from "solid-js";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Async } from "../../components/Async.tsx";
import { Chip } from "../../components/chips.tsx";
import { whileSending } from "../../components/form.ts";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { plural, words } from "../../format/words.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import {
  type SettingsChange,
  type SettingsInForce,
  useChangeSettings,
  useSettings,
  useWhatIf,
  type WhatIf,
} from "../../queries/settings.ts";
import { RuleDialog } from "./RuleDialog.tsx";
import { matchInWords, moved, newRule, type Rule, stepInWords } from "./rules.ts";
import { SaveBar } from "./SaveBar.tsx";
import { Suggestions } from "./Suggestions.tsx";
import { WhatIfResult } from "./WhatIfResult.tsx";

/** Strategies that a merchandiser writes, in the order of their priority, with what they would do before they are saved. */
export function PriceRulesPage() {
  const settings = useSettings();
  onMount(() => {
    document.title = "Price rules · Pricewright";
  });
  return (
    <main class="page page-narrow">
      <div class="page-head">
        <h1>Price rules</h1>
        <span class="muted">
          The first active rule that fits a product says which price is wanted; the guardrails still hold.
        </span>
      </div>
      <Async query={settings} skeleton={<SkeletonRows rows={4} />}>
        {(inForce) => <Rules settings={inForce()} />}
      </Async>
    </main>
  );
}

function Rules(props: { settings: SettingsInForce }) {
  const whatIf = useWhatIf();
  const [draft, setDraft] = createSignal<Rule[] | null>(null);
  const [edited, setEdited] = createSignal<Rule | null>(null);
  const rules = createMemo(() => draft() ?? props.settings.priceRules);
  onMount(() => {
    // what each rule does at the moment
    if (rules().length > 0) whatIf.mutate({ settings: body() });
  });
  const suggestions = createSuggestions(rules);
  const change = (next: Rule[]) => {
    setDraft(next);
    suggestions.close();
    whatIf.reset();
  };
  const keep = (rule: Rule) => {
    const isKnown = rules().some(({ id }) => id === rule.id);
    change(isKnown ? rules().map((one) => (one.id === rule.id ? rule : one)) : [...rules(), rule]);
    setEdited(null);
  };
  const body = () => ({ priceRules: rules() }) as SettingsChange;
  return (
    <>
      <section class="block" aria-label="Rules by priority">
        <Show when={rules().length > 0} fallback={<NoRules />}>
          <ol class="rules">
            <For each={rules()}>
              {(rule, index) => (
                <RuleItem
                  rule={rule}
                  counts={whatIf.data?.byRule[rule.id]}
                  isFirst={index() === 0}
                  isLast={index() === rules().length - 1}
                  onSuggest={() => suggestions.open(rule)}
                  onEdit={() => setEdited(rule)}
                  onMove={(by) => change(moved(rules(), index(), by))}
                  onSwitch={() => keep({ ...rule, active: !rule.active })}
                  onRemove={() => change(rules().filter(({ id }) => id !== rule.id))}
                />
              )}
            </For>
          </ol>
        </Show>
        <ActionButton small disabledReason={null} onClick={() => setEdited(newRule(rules()))}>
          New rule
        </ActionButton>
      </section>
      <Show when={suggestions.of()}>
        {(rule) => <Suggestions rule={rule()} result={suggestions.result()} />}
      </Show>
      <Show when={whatIf.data}>{(result) => <WhatIfResult result={result()} />}</Show>
      <RulesBar
        count={rules().length}
        isChanged={draft() !== null}
        isAsking={whatIf.isPending}
        body={body}
        version={props.settings.version}
        onWhatIf={() => whatIf.mutate({ settings: body() })}
        onEnd={(isSaved) => {
          setDraft(null);
          if (!isSaved) whatIf.reset();
        }}
      />
      <Show when={edited()} keyed>
        {(rule) => <RuleDialog rule={rule} onKeep={keep} onClose={() => setEdited(null)} />}
      </Show>
    </>
  );
}

interface RulesBarProps {
  count: number;
  isChanged: boolean;
  isAsking: boolean;
  body: () => SettingsChange;
  version: number;
  onWhatIf: () => void;
  /** what was changed is saved, or undone */
  onEnd: (isSaved: boolean) => void;
}

function RulesBar(props: RulesBarProps) {
  const me = useMe();
  const save = useChangeSettings();
  const unchanged = () => (props.isChanged ? null : "Nothing is changed.");
  return (
    <SaveBar
      note={plural(props.count, "rule")}
      whatIfBlocked={props.isAsking ? "It is being worked out." : null}
      undoBlocked={unchanged()}
      saveBlocked={missingRight(me.data, "admin") ?? unchanged() ?? whileSending(save.isPending)}
      onWhatIf={() => props.onWhatIf()}
      onUndo={() => props.onEnd(false)}
      onSave={() =>
        save.mutate({ ...props.body(), version: props.version }, { onSuccess: () => props.onEnd(true) })
      }
    />
  );
}

/** What an inactive rule would do if it were active, for the rule that was asked about last. */
function createSuggestions(rules: () => Rule[]) {
  const asked = useWhatIf();
  const [of, setOf] = createSignal<Rule | null>(null);
  return {
    of,
    result: () => (asked.isPending ? undefined : asked.data),
    open: (rule: Rule) => {
      setOf(rule);
      const supposed = rules().map((one) => (one.id === rule.id ? { ...one, active: true } : one));
      asked.mutate({ settings: { priceRules: supposed } as SettingsChange });
    },
    close: () => setOf(null),
  };
}

function NoRules() {
  return (
    <EmptyState title="No price rule yet">
      A rule names the products it is for and the price it wants, such as 2 % below the cheapest competitor.
      Without rules, the strategies of the settings decide.
    </EmptyState>
  );
}

interface RuleItemProps {
  rule: Rule;
  counts: WhatIf["byRule"][string] | undefined;
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
        <span>{props.rule.steps.map(stepInWords).join("; else ")}</span>
        <span class="sub">Without any of these: {words(props.rule.otherwise).toLowerCase()}</span>
        <Show when={props.counts}>
          {(counts) => (
            <strong class="rule-counts">
              {counts().up} up, {counts().down} down, {counts().held} held, {counts().blocked} blocked
            </strong>
          )}
        </Show>
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
