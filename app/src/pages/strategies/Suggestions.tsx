import { A } from "@solidjs/router";
import { Show } from "solid-js";
import { type PlainColumn, PlainTable } from "../../components/PlainTable.tsx";
import { SkeletonRows } from "../../components/states.tsx";
import { money } from "../../format/number.ts";
import { reasonWords } from "../../format/reasons.ts";
import { paths } from "../../paths.ts";
import type { WhatIf } from "../../queries/settings.ts";
import type { Rule } from "./rules.ts";

type Product = WhatIf["products"][number];

const COLUMNS: readonly PlainColumn<Product>[] = [
  { label: "Product", cell: ({ sku }) => <A href={paths.product(sku)}>{sku}</A> },
  { label: "Now", isNumber: true, cell: ({ from, currency }) => money(from, currency) },
  {
    label: "By this rule",
    isNumber: true,
    cell: ({ to, currency }) => <strong>{money(to, currency)}</strong>,
  },
  { label: "As set now", isNumber: true, cell: ({ asSet, currency }) => money(asSet, currency) },
  {
    label: "Profit change",
    isNumber: true,
    cell: ({ profit, currency }) => (profit ? money(profit, currency) : "–"),
  },
  { label: "Held back by", cell: ({ limitedBy }) => limitedBy.map(reasonWords).join(", ") || "–" },
];

/** What an inactive rule would ask for if it were switched on; nothing is proposed or saved. */
export function Suggestions(props: { rule: Rule; result: WhatIf | undefined }) {
  return (
    <section class="block" aria-label={`Suggestions of ${props.rule.name}`} aria-live="polite">
      <h2>Suggestions of “{props.rule.name}”</h2>
      <Show when={props.result} fallback={<SkeletonRows rows={3} height="line" />}>
        {(result) => (
          <>
            <p class="muted">
              What the rule would do if it were active, within the guardrails. Those that would change most;
              nothing is proposed.
            </p>
            <PlainTable
              caption={`Suggestions of ${props.rule.name}`}
              rows={result().products.filter(({ rule }) => rule === props.rule.id)}
              none="No price would be another: the rule fits no product, rules before it take them, or their prices are as it wants."
              columns={COLUMNS}
            />
          </>
        )}
      </Show>
    </section>
  );
}
