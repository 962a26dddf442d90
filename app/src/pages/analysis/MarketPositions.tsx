import { A } from "@solidjs/router";
import { Fact } from "../../components/facts.tsx";
import { type PlainColumn, PlainTable } from "../../components/PlainTable.tsx";
import { fixed, number, percent, percentDelta } from "../../format/number.ts";
import { plural } from "../../format/words.ts";
import { paths } from "../../paths.ts";
import type { MarketSummary } from "../../queries/home.ts";
import { Block } from "./parts.tsx";

type Position = MarketSummary["market"];

const index = (value: number | null) => (value === null ? "–" : fixed(value, 1));

const POSITION_COLUMNS: readonly PlainColumn<Position>[] = [
  { label: "Index", isNumber: true, cell: (one) => <strong>{index(one.index)}</strong> },
  { label: "By revenue", isNumber: true, cell: (one) => index(one.weightedIndex) },
  { label: "Cheapest", isNumber: true, cell: (one) => number(one.position.lowest) },
  { label: "Between", isNumber: true, cell: (one) => number(one.position.middle) },
  { label: "Dearest", isNumber: true, cell: (one) => number(one.position.highest) },
  { label: "Red zone", isNumber: true, cell: (one) => percent(one.redZonePct) },
  { label: "Compared", isNumber: true, cell: (one) => `${number(one.compared)} of ${number(one.products)}` },
];

/** The index, and where our prices stand by category, brand and competitor. */
export function Positions(props: { summary: MarketSummary }) {
  const market = () => props.summary.market;
  return (
    <>
      <dl class="facts">
        <Fact label="Price index" note="the cheapest competitor is 100">
          {index(market().index)}
        </Fact>
        <Fact label="Weighted by our revenue" note="above 100 we are dearer">
          {index(market().weightedIndex)}
        </Fact>
        <Fact label="Red zone" note="over 10 % above the cheapest">
          {percent(market().redZonePct)}
        </Fact>
        <Fact label="Compared" note={`${plural(market().compared, "product")} with an offer that counts`}>
          {percent(market().coveragePct, 0)}
        </Fact>
      </dl>
      <Groups title="By category" one="Category" rows={props.summary.categories} />
      <Groups title="By brand" one="Brand" rows={props.summary.brands} />
      <Competitors summary={props.summary} />
    </>
  );
}

function Groups(props: { title: string; one: "Category" | "Brand"; rows: readonly Position[] }) {
  const href = (key: string) => `${paths.products()}?${props.one.toLowerCase()}=${encodeURIComponent(key)}`;
  return (
    <Block title={props.title}>
      <PlainTable
        caption={`Position: ${props.title.toLowerCase()}`}
        rows={props.rows}
        none="No product names its brand."
        columns={[
          { label: props.one, cell: (one) => <A href={href(one.key)}>{one.key}</A> },
          ...POSITION_COLUMNS,
        ]}
      />
    </Block>
  );
}

function Competitors(props: { summary: MarketSummary }) {
  return (
    <Block
      title="By competitor"
      note="Aggression: share of offers over 5 % below ours, times the mean distance from our prices in per cent."
    >
      <PlainTable
        caption="Competitors, the most aggressive first"
        rows={props.summary.competitors}
        none="No offer counts at the moment."
        columns={[
          {
            label: "Competitor",
            cell: (one) => <A href={paths.competitor(one.competitor)}>{one.competitor}</A>,
          },
          {
            label: "Aggression",
            isNumber: true,
            cell: (one) => <strong>{fixed(one.aggression, 1)}</strong>,
          },
          { label: "Index against it", isNumber: true, cell: (one) => index(one.index) },
          { label: "Offers", isNumber: true, cell: (one) => number(one.offers) },
          {
            label: "Cheaper, dearer",
            isNumber: true,
            cell: (one) => `${percent(one.cheaperPct, 0)}, ${percent(one.dearerPct, 0)}`,
          },
          {
            label: "Undercuts",
            isNumber: true,
            cell: (one) => `${number(one.undercuts)} (${percent(one.undercutPct, 0)})`,
          },
          { label: "Mean gap", isNumber: true, cell: (one) => percentDelta(one.avgGapPct) },
        ]}
      />
    </Block>
  );
}
