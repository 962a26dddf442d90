import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import { TableFrame } from "../../components/TableFrame.tsx";
import { fixed, money, moneyDelta } from "../../format/number.ts";
import { reasonWords } from "../../format/reasons.ts";
import { plural, words } from "../../format/words.ts";
import { paths } from "../../paths.ts";
import type { WhatIf } from "../../queries/settings.ts";

const DIRECTIONS = ["up", "down", "held", "blocked"] as const;
const SHOWN_MAX = 10;

/** What other settings would come to, beside those in force. */
export function WhatIfResult(props: { result: WhatIf }) {
  const isSample = () => props.result.considered < props.result.of;
  return (
    <section class="block" aria-labelledby="what-if-title" aria-live="polite">
      <h2 id="what-if-title">What this would do</h2>
      <p class="muted">
        Over {props.result.horizonDays} days, for {plural(props.result.of, "product")}
        {isSample() ? `, from a sample of ${props.result.considered.toLocaleString("en-GB")}` : ""}. Nothing
        is saved.
      </p>
      <TableFrame label="What this would do">
        <table class="table table-tight">
          <thead>
            <tr>
              <th scope="col">{""}</th>
              <For each={DIRECTIONS}>
                {(name) => (
                  <th scope="col" class="num">
                    {words(name)}
                  </th>
                )}
              </For>
              <th scope="col" class="num">
                Revenue
              </th>
              <th scope="col" class="num">
                Profit
              </th>
              <th scope="col" class="num">
                Price index
              </th>
            </tr>
          </thead>
          <tbody>
            <Row label="With this change" totals={props.result} currency={props.result.currency} />
            <Row label="As set now" totals={props.result.asSet} currency={props.result.currency} />
          </tbody>
        </table>
      </TableFrame>
      <Limits title="Held back by" counts={props.result.limitedBy} />
      <Limits title="Blocked by" counts={props.result.blockedBy} />
      <Show when={props.result.products.length > 0}>
        <h3>Products that differ most</h3>
        <ul class="home-list">
          <For each={props.result.products.slice(0, SHOWN_MAX)}>
            {(one) => (
              <li>
                <A href={paths.product(one.sku)}>{one.sku}</A>
                <span class="muted">
                  {money(one.from, one.currency)} → <strong>{money(one.to, one.currency)}</strong>, as set now{" "}
                  {money(one.asSet, one.currency)}
                </span>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}

function Row(props: { label: string; totals: WhatIf["asSet"]; currency: string }) {
  return (
    <tr>
      <th scope="row">{props.label}</th>
      <For each={DIRECTIONS}>
        {(name) => <td class="num">{props.totals[name].toLocaleString("en-GB")}</td>}
      </For>
      <td class="num">{moneyDelta(props.totals.revenue.change, props.currency)}</td>
      <td class="num">{moneyDelta(props.totals.profit.change, props.currency)}</td>
      <td class="num">
        {index(props.totals.index.before)} → {index(props.totals.index.after)}
      </td>
    </tr>
  );
}

function index(value: number | null): string {
  return value === null ? "–" : fixed(value, 1);
}

function Limits(props: { title: string; counts: Record<string, number> }) {
  const named = () => Object.entries(props.counts).sort(([, a], [, b]) => b - a);
  return (
    <Show when={named().length > 0}>
      <p>
        <strong>{props.title}</strong>{" "}
        {named()
          .map(([name, count]) => `${reasonWords(name)} (${count.toLocaleString("en-GB")})`)
          .join(", ")}
      </p>
    </Show>
  );
}
