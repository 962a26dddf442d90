import type { PlainChart } from "../../charts/plain.ts";
import { SelectField } from "../../components/fields.tsx";
import { dayMonth } from "../../format/time.ts";
import { ANY, useListAddress } from "../../list/address.ts";
import { type CompetitorAnalysis, useCompetitor } from "../../queries/analysis.ts";
import { useMarketSummary } from "../../queries/home.ts";
import { Block, PlainChartView } from "./parts.tsx";

/** How a competitor priced against us over time, and another one beside it. */
export function CompetitorHistory(props: { found: CompetitorAnalysis; query: { from: string } }) {
  const address = useListAddress({ beside: undefined });
  const beside = () => address.asked().beside;
  const other = useCompetitor(beside, () => props.query);
  const compared = () => (beside() === undefined || other.isPending ? null : (other.data ?? null));
  const market = useMarketSummary();
  const names = () =>
    (market.isPending ? [] : (market.data?.competitors ?? []))
      .map(({ competitor }) => competitor)
      .filter((name) => name !== props.found.competitor)
      .sort();
  return (
    <>
      <Block title="Over time" width="half" note="Each day as it was last measured.">
        <div class="filters">
          <SelectField
            label="Beside"
            value={address.value("beside") ?? ANY}
            choices={[
              { value: ANY, label: "No other" },
              ...names().map((name) => ({ value: name, label: name })),
            ]}
            onChange={(name) => address.set({ beside: name === ANY ? undefined : name })}
          />
        </div>
        <PlainChartView label="Mean gap and undercuts by day" chart={historyChart(props.found, compared())} />
      </Block>
      <Block
        title="Our index against it"
        width="half"
        note="Our prices as a per cent of its, each day as it was last measured."
      >
        <PlainChartView
          label="Our price index against it by day"
          chart={indexChart(props.found, compared())}
        />
      </Block>
    </>
  );
}

type Day = CompetitorAnalysis["history"][number];

/** The days of the one, with what the other had on them. */
function beside(
  { history }: CompetitorAnalysis,
  other: CompetitorAnalysis | null,
  value: (day: Day) => number | null,
): (number | null)[] {
  const byDay = new Map((other?.history ?? []).map((day) => [day.day, value(day)]));
  return history.map(({ day }) => byDay.get(day) ?? null);
}

function historyChart(one: CompetitorAnalysis, other: CompetitorAnalysis | null): PlainChart {
  const { history } = one;
  const compared = other && {
    name: `Mean gap of ${other.competitor}`,
    values: beside(one, other, ({ avgGapPct }) => avgGapPct),
  };
  return {
    labels: history.map(({ day }) => dayMonth(day)),
    series: [
      { name: "Mean gap", values: history.map(({ avgGapPct }) => avgGapPct), kind: "step", colour: "ours" },
      {
        name: "Undercuts",
        values: history.map(({ undercutPct }) => undercutPct),
        kind: "step",
        colour: "proposed",
      },
      { name: "Aggression", values: history.map(({ aggression }) => aggression), kind: "step", colour: 2 },
      ...(compared ? [{ ...compared, kind: "step" as const, colour: 3, dashed: true }] : []),
    ],
    ...{ xTitle: "Day", yTitle: "Per cent", free: true, unfinished: true },
  };
}

function indexChart(one: CompetitorAnalysis, other: CompetitorAnalysis | null): PlainChart {
  const compared = other && {
    name: `Index against ${other.competitor}`,
    values: beside(one, other, ({ index }) => index),
  };
  return {
    labels: one.history.map(({ day }) => dayMonth(day)),
    series: [
      { name: "Index", values: one.history.map(({ index }) => index), kind: "step", colour: "ours" },
      ...(compared ? [{ ...compared, kind: "step" as const, colour: 3, dashed: true }] : []),
    ],
    ...{ xTitle: "Day", yTitle: "Index (the competitor = 100)", free: true, unfinished: true },
  };
}
