import { createMemo, createSignal, onMount, Show } from "solid-js";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Async } from "../../components/Async.tsx";
import { whileSending } from "../../components/form.ts";
import { SkeletonRows } from "../../components/states.tsx";
import { plural } from "../../format/words.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import {
  type SettingsChange,
  type SettingsInForce,
  useChangeSettings,
  useSettings,
  useWhatIf,
  type WhatIf,
} from "../../queries/settings.ts";
import { SaveBar } from "../settings/SaveBar.tsx";
import { WhatIfResult } from "../settings/WhatIfResult.tsx";
import { RuleDialog } from "./RuleDialog.tsx";
import { RuleList } from "./RuleList.tsx";
import { newRule, newStrategy, type Rule, type Strategy } from "./rules.ts";
import { StrategyDialog } from "./StrategyDialog.tsx";
import { StrategyList } from "./StrategyList.tsx";
import { Suggestions } from "./Suggestions.tsx";

/** Strategies that a merchandiser writes and the rules that say for which products they are, with what they would do. */
export function StrategiesPage() {
  const settings = useSettings();
  onMount(() => {
    document.title = "Strategies · Pricewright";
  });
  return (
    <main class="page page-narrow">
      <div class="page-head">
        <h1>Strategies</h1>
        <span class="muted">
          A strategy says which price is wanted, a rule which products it is for. The first active rule that
          fits a product counts; the guardrails always hold.
        </span>
      </div>
      <Async query={settings} skeleton={<SkeletonRows rows={4} />}>
        {(inForce) => <Strategies settings={inForce()} />}
      </Async>
    </main>
  );
}

/** What is written and not saved yet. */
interface Draft {
  strategies: Strategy[];
  rules: Rule[];
}

function bodyOf({ strategies, rules }: Draft): SettingsChange {
  return { priceStrategies: strategies, priceRules: rules } as SettingsChange;
}

/** A list with one of its entries replaced, or added if it is new. */
function withOne<T extends { id: string }>(all: readonly T[], one: T): T[] {
  const isKnown = all.some(({ id }) => id === one.id);
  return isKnown ? all.map((other) => (other.id === one.id ? one : other)) : [...all, one];
}

function Strategies(props: { settings: SettingsInForce }) {
  const whatIf = useWhatIf();
  const [draft, setDraft] = createSignal<Draft | null>(null);
  const now = createMemo<Draft>(
    () => draft() ?? { strategies: props.settings.priceStrategies, rules: props.settings.priceRules },
  );
  const ask = () => whatIf.mutate({ settings: bodyOf(now()) });
  onMount(() => {
    // what each rule does at the moment
    if (now().rules.length > 0) ask();
  });
  const suggestions = createSuggestions(now);
  const change = (part: Partial<Draft>) => {
    setDraft({ ...now(), ...part });
    suggestions.close();
    whatIf.reset();
  };
  return (
    <>
      <StrategyBlock draft={now()} onChange={(strategies) => change({ strategies })} />
      <RuleBlock
        draft={now()}
        counts={whatIf.data?.byRule}
        onChange={(rules) => change({ rules })}
        onSuggest={suggestions.open}
      />
      <Show when={suggestions.of()}>{(of) => <Suggestions rule={of()} result={suggestions.result()} />}</Show>
      <Show when={whatIf.data}>{(result) => <WhatIfResult result={result()} />}</Show>
      <Bar
        draft={now()}
        isChanged={draft() !== null}
        isAsking={whatIf.isPending}
        version={props.settings.version}
        onWhatIf={ask}
        onEnd={(isSaved) => {
          setDraft(null);
          if (!isSaved) whatIf.reset();
        }}
      />
    </>
  );
}

function StrategyBlock(props: { draft: Draft; onChange: (strategies: Strategy[]) => void }) {
  const [edited, setEdited] = createSignal<Strategy | null>(null);
  const all = () => props.draft.strategies;
  const keep = (one: Strategy) => {
    setEdited(null);
    props.onChange(withOne(all(), one));
  };
  return (
    <section class="block" aria-label="Strategies">
      <div class="card-head">
        <h2>Strategies</h2>
        <ActionButton small disabledReason={null} onClick={() => setEdited(newStrategy(all()))}>
          New strategy
        </ActionButton>
      </div>
      <StrategyList
        {...props.draft}
        onEdit={setEdited}
        onCopy={(like) => setEdited(newStrategy(all(), like))}
        onRemove={({ id }) => props.onChange(all().filter((one) => one.id !== id))}
      />
      <Show when={edited()} keyed>
        {(one) => <StrategyDialog strategy={one} onKeep={keep} onClose={() => setEdited(null)} />}
      </Show>
    </section>
  );
}

interface RuleBlockProps {
  draft: Draft;
  counts: WhatIf["byRule"] | undefined;
  onChange: (rules: Rule[]) => void;
  onSuggest: (rule: Rule) => void;
}

function RuleBlock(props: RuleBlockProps) {
  const [edited, setEdited] = createSignal<Rule | null>(null);
  const keep = (one: Rule) => {
    setEdited(null);
    props.onChange(withOne(props.draft.rules, one));
  };
  return (
    <section class="block" aria-label="Rules by priority">
      <div class="card-head">
        <h2>Rules, by priority</h2>
        <ActionButton
          small
          disabledReason={null}
          onClick={() => setEdited(newRule(props.draft.rules, props.draft.strategies))}
        >
          New rule
        </ActionButton>
      </div>
      <RuleList
        {...props.draft}
        counts={props.counts}
        onChange={props.onChange}
        onEdit={setEdited}
        onSuggest={props.onSuggest}
      />
      <Show when={edited()} keyed>
        {(one) => (
          <RuleDialog
            rule={one}
            strategies={props.draft.strategies}
            onKeep={keep}
            onClose={() => setEdited(null)}
          />
        )}
      </Show>
    </section>
  );
}

interface BarProps {
  draft: Draft;
  isChanged: boolean;
  isAsking: boolean;
  version: number;
  onWhatIf: () => void;
  /** what was changed is saved, or undone */
  onEnd: (isSaved: boolean) => void;
}

function Bar(props: BarProps) {
  const me = useMe();
  const save = useChangeSettings();
  const unchanged = () => (props.isChanged ? null : "Nothing is changed.");
  return (
    <SaveBar
      note={`${plural(props.draft.strategies.length, "strategy", "strategies")}, ${plural(props.draft.rules.length, "rule")}`}
      whatIfBlocked={props.isAsking ? "It is being worked out." : null}
      undoBlocked={unchanged()}
      saveBlocked={missingRight(me.data, "admin") ?? unchanged() ?? whileSending(save.isPending)}
      onWhatIf={() => props.onWhatIf()}
      onUndo={() => props.onEnd(false)}
      onSave={() =>
        save.mutate(
          { ...bodyOf(props.draft), version: props.version },
          { onSuccess: () => props.onEnd(true) },
        )
      }
    />
  );
}

/** What an inactive rule would do if it were active, for the rule that was asked about last. */
function createSuggestions(draft: () => Draft) {
  const asked = useWhatIf();
  const [of, setOf] = createSignal<Rule | null>(null);
  return {
    of,
    result: () => (asked.isPending ? undefined : asked.data),
    open: (rule: Rule) => {
      setOf(rule);
      asked.mutate({
        settings: bodyOf({ ...draft(), rules: withOne(draft().rules, { ...rule, active: true }) }),
      });
    },
    close: () => setOf(null),
  };
}
