import { Show } from "solid-js";
import type { PlainChart } from "../../charts/plain.ts";
import { Async } from "../../components/Async.tsx";
import { Fact } from "../../components/facts.tsx";
import { SkeletonRows } from "../../components/states.tsx";
import { number, percent } from "../../format/number.ts";
import { plural } from "../../format/words.ts";
import { type Directions, useDirections } from "../../queries/analysis.ts";
import { Block, PlainChartView } from "./parts.tsx";

/** Competitors drawn at most: those with the most prices. */
const SHOWN_MAX = 12;

/** How many of competitors' prices rose, fell and stood still over the time that the movers are of. */
export function DirectionsBlock(props: { days: "1" | "7" }) {
  const found = useDirections(() => ({ days: props.days }));
  return (
    <Block
      title="Which way prices went"
      note={`The price ${props.days === "1" ? "24 hours" : "seven days"} ago beside the last one.`}
    >
      <Async query={found} skeleton={<SkeletonRows rows={1} height="chart" />}>
        {(one) => (
          <Show
            when={one().all.prices > 0}
            fallback={<p class="muted">No price of a competitor was seen in this time.</p>}
          >
            <dl class="facts">
              <Direction label="Went up" count={one().all.up} pct={one().all.upPct} />
              <Direction label="Went down" count={one().all.down} pct={one().all.downPct} />
              <Direction label="Stood still" count={one().all.still} pct={one().all.stillPct} />
            </dl>
            <PlainChartView
              label="Prices that went up, went down and stood still, by competitor"
              chart={directionsChart(one())}
            />
          </Show>
        )}
      </Async>
    </Block>
  );
}

function Direction(props: { label: string; count: number; pct: number | null }) {
  return (
    <Fact label={props.label} note={plural(props.count, "price")}>
      {props.pct === null ? "–" : percent(props.pct)}
    </Fact>
  );
}

function directionsChart({ competitors }: Directions): PlainChart {
  const shown = [...competitors].sort((a, b) => b.prices - a.prices).slice(0, SHOWN_MAX);
  return {
    labels: shown.map(({ competitor, prices }) => `${competitor} (${number(prices)})`),
    series: [
      { name: "Up", values: shown.map(({ upPct }) => upPct), kind: "bar", colour: "proposed" },
      { name: "Down", values: shown.map(({ downPct }) => downPct), kind: "bar", colour: "ours" },
      { name: "Stood still", values: shown.map(({ stillPct }) => stillPct), kind: "bar", colour: "demand" },
    ],
    ...{ xTitle: "", yTitle: "Share of the prices, %", lying: true, stacked: true },
  };
}
