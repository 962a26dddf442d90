import { A } from "@solidjs/router";
import { For } from "solid-js";
import { TableFrame } from "../../components/TableFrame.tsx";
import { fixed, percent } from "../../format/number.ts";
import { paths } from "../../paths.ts";
import type { MarketSummary } from "../../queries/home.ts";
import { Card } from "./Card.tsx";

export function Index(props: { value: number | null }) {
  return <>{props.value === null ? "–" : fixed(props.value, 1)}</>;
}

export function Categories(props: { summary: MarketSummary }) {
  return (
    <Card title="Price index by category" note="Our prices against the cheapest competitor's, who is 100.">
      <TableFrame label="Price index by category">
        <table class="table table-tight">
          <thead>
            <tr>
              <th scope="col">Category</th>
              <th scope="col" class="num">
                Index
              </th>
              <th scope="col" class="num">
                Compared
              </th>
              <th scope="col" class="num">
                Red zone
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={props.summary.categories}>
              {(one) => (
                <tr>
                  <td>
                    <A href={`${paths.products()}?category=${encodeURIComponent(one.key)}`}>{one.key}</A>
                  </td>
                  <td class="num strong">
                    <Index value={one.index} />
                  </td>
                  <td class="num">
                    {one.compared} of {one.products}
                  </td>
                  <td class="num">{percent(one.redZonePct)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </TableFrame>
    </Card>
  );
}

export function Competitors(props: { summary: MarketSummary }) {
  return (
    <Card
      title="Competitors, the most aggressive first"
      note="Aggression: share of offers over 5 % below ours, times the mean distance from our prices in per cent."
    >
      <TableFrame label="Competitors">
        <table class="table table-tight">
          <thead>
            <tr>
              <th scope="col">Competitor</th>
              <th scope="col" class="num">
                Aggression
              </th>
              <th scope="col" class="num">
                Cheaper
              </th>
              <th scope="col" class="num">
                Undercuts
              </th>
              <th scope="col" class="num">
                Mean gap
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={props.summary.competitors}>
              {(one) => (
                <tr>
                  <td>
                    <A href={paths.competitor(one.competitor)}>{one.competitor}</A>
                  </td>
                  <td class="num strong">{fixed(one.aggression, 1)}</td>
                  <td class="num">{percent(one.cheaperPct, 0)}</td>
                  <td class="num">{one.undercuts}</td>
                  <td class="num">{percent(one.avgGapPct)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </TableFrame>
    </Card>
  );
}
