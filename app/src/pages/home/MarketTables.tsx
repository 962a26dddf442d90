import { A } from "@solidjs/router";
import { PlainTable } from "../../components/PlainTable.tsx";
import { fixed, percent, percentDelta } from "../../format/number.ts";
import { paths } from "../../paths.ts";
import type { MarketSummary } from "../../queries/home.ts";
import { Card } from "./Card.tsx";

export function Index(props: { value: number | null }) {
  return <>{props.value === null ? "–" : fixed(props.value, 1)}</>;
}

export function Categories(props: { summary: MarketSummary }) {
  return (
    <Card title="Price index by category" note="Our prices against the cheapest competitor's, who is 100.">
      <PlainTable
        caption="Price index by category"
        rows={props.summary.categories}
        columns={[
          {
            label: "Category",
            cell: (one) => (
              <A href={`${paths.products()}?category=${encodeURIComponent(one.key)}`}>{one.key}</A>
            ),
          },
          { label: "Index", isNumber: true, class: "strong", cell: (one) => <Index value={one.index} /> },
          { label: "Compared", isNumber: true, cell: (one) => `${one.compared} of ${one.products}` },
          { label: "Red zone", isNumber: true, cell: (one) => percent(one.redZonePct) },
        ]}
      />
    </Card>
  );
}

/** @param isNarrowed the page shows one category: the competitors' figures are of all */
export function Competitors(props: { summary: MarketSummary; isNarrowed: boolean }) {
  return (
    <Card
      title="Competitors, the most aggressive first"
      note={`${props.isNarrowed ? "Of all categories. " : ""}Aggression: share of offers over 5 % below ours, times the mean distance from our prices in per cent.`}
    >
      <PlainTable
        caption="Competitors"
        rows={props.summary.competitors}
        columns={[
          {
            label: "Competitor",
            cell: (one) => <A href={paths.competitor(one.competitor)}>{one.competitor}</A>,
          },
          { label: "Aggression", isNumber: true, class: "strong", cell: (one) => fixed(one.aggression, 1) },
          { label: "Cheaper", isNumber: true, cell: (one) => percent(one.cheaperPct, 0) },
          { label: "Undercuts", isNumber: true, cell: (one) => one.undercuts },
          { label: "Mean gap", isNumber: true, cell: (one) => percentDelta(one.avgGapPct) },
        ]}
      />
    </Card>
  );
}
