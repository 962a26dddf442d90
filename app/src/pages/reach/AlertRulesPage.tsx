import { createSignal, Show } from "solid-js";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip } from "../../components/chips.tsx";
import { whileSending } from "../../components/form.ts";
import { NewButton } from "../../components/NewButton.tsx";
import { EmptyState } from "../../components/states.tsx";
import { number } from "../../format/number.ts";
import { plural } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import { useAction } from "../../queries/actions.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import { AlertTabs, DeleteButton } from "./parts.tsx";
import { RuleDialog } from "./RuleDialog.tsx";
import { RULES, RULES_KEY, type Rule, subjectName } from "./rule-list.ts";

const rules = api["alert-rules"];

/** Which events are alerts, and where they are sent. */
export function AlertRulesPage() {
  const [open, setOpen] = createSignal<Rule | "new">();
  const columns: readonly Column<Rule>[] = [
    {
      ...{ label: "Rule", sort: "name", class: "cell-title" },
      cell: (rule) => (
        <span class="stack stack-start">
          <strong>{rule.name}</strong>
          <span class="sub">{rule.types.map(subjectName).join(", ")}</span>
        </span>
      ),
    },
    { label: "Only if", class: "why", cell: (rule) => conditionsOf(rule) },
    { label: "Sent", cell: (rule) => whenOf(rule) },
    { label: "To", isNamed: true, cell: ({ channels }) => plural(channels.length, "channel") },
    {
      label: "Status",
      cell: ({ enabled }) => <Chip tone={enabled ? "good" : "quiet"}>{enabled ? "On" : "Off"}</Chip>,
    },
    { label: "", class: "cell-action", cell: (rule) => <Actions of={rule} onEdit={() => setOpen(rule)} /> },
  ];
  return (
    <ListPage
      title="Alerts"
      one="rule"
      source={RULES}
      path="/api/alert-rules"
      asked={{ q: undefined }}
      filters={[]}
      searchFor="Name"
      columns={columns}
      idOf={({ id }) => id}
      isQuiet={({ enabled }) => !enabled}
      actions={
        <NewButton right="write" onClick={() => setOpen("new")}>
          New rule
        </NewButton>
      }
      empty={
        <EmptyState title="Nobody is alerted" next={{ label: "Make a channel", href: "/alerts/channels" }}>
          Make a channel, then a rule: which signals, prices, proposals or runs it is about, and how far a
          price has to move.
        </EmptyState>
      }
    >
      <AlertTabs />
      <Show when={open()} keyed>
        {(rule) => <RuleDialog rule={rule === "new" ? null : rule} onClose={() => setOpen(undefined)} />}
      </Show>
    </ListPage>
  );
}

const DIRECTION = { both: "", rise: "rises", fall: "falls" } as const;

function conditionsOf(rule: Rule): string {
  const { category, brand, competitor, query, minPriority, direction, minPct, minAmount, level } = rule;
  const change = [minPct && `${number(minPct, 2)} %`, minAmount && number(minAmount, 2)].filter(Boolean);
  const parts = [
    category && `category ${category}`,
    brand && `brand ${brand}`,
    competitor && `competitor ${competitor}`,
    query && `“${query}”`,
    minPriority && `P${minPriority} or more urgent`,
    direction !== "both" && `the price ${DIRECTION[direction]}`,
    change.length > 0 && `by ${change.join(" or ")}`,
    level && `to ${number(level, 2)}`,
  ].filter(Boolean);
  return parts.length === 0 ? "always" : parts.join(", ");
}

function whenOf({ digest, quietHours, coolDownMinutes }: Rule): string {
  const parts = [
    digest === null ? "at once" : `${digest} digest`,
    quietHours && `quiet ${quietHours.from}–${quietHours.to}`,
    coolDownMinutes > 0 && `every ${number(coolDownMinutes)} min at most`,
  ].filter(Boolean);
  return parts.join(", ");
}

function Actions(props: { of: Rule; onEdit: () => void }) {
  const me = useMe();
  const right = () => missingRight(me.data, "write");
  const one = rules[":id"];
  const param = () => ({ id: inPath(props.of.id) });
  const turn = useAction(
    RULES_KEY,
    (enabled: boolean) => answer(one.$patch({ param: param(), json: { enabled } })),
    (changed) => (changed.enabled ? "Rule is on" : "Rule is off"),
  );
  const remove = useAction(
    RULES_KEY,
    () => answer(one.$delete({ param: param() })),
    () => "Rule deleted",
  );
  return (
    <span class="button-row">
      <ActionButton small disabledReason={right()} onClick={() => props.onEdit()}>
        Edit
      </ActionButton>
      <ActionButton
        small
        disabledReason={right() ?? whileSending(turn.isPending)}
        onClick={() => turn.mutate(!props.of.enabled)}
      >
        {props.of.enabled ? "Turn off" : "Turn on"}
      </ActionButton>
      <DeleteButton
        disabledReason={right() ?? whileSending(remove.isPending)}
        onDelete={() => remove.mutate(undefined)}
      />
    </span>
  );
}
