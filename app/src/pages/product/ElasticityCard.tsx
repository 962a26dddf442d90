import { createMemo, Show } from "solid-js";
import type { Elasticity, ElasticityDetail } from "../../../../domain/contract/learning.ts";
import type { PlainChart } from "../../charts/plain.ts";
import { Async } from "../../components/Async.tsx";
import { Chip } from "../../components/chips.tsx";
import { Ago } from "../../components/facts.tsx";
import { NearScreen } from "../../components/NearScreen.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { fixed, number } from "../../format/number.ts";
import { dayMonth } from "../../format/time.ts";
import { words } from "../../format/words.ts";
import { useElasticity } from "../../queries/products.ts";
import { PlainChartView } from "../analysis/parts.tsx";

/** How demand responds to the price, and how well that is known. */
export function ElasticityCard(props: { sku: string }) {
  const elasticity = useElasticity(() => props.sku);
  return (
    <section class="block" aria-labelledby="elasticity-heading">
      <h2 id="elasticity-heading">Price elasticity</h2>
      <Async
        query={elasticity}
        skeleton={<SkeletonRows rows={4} height="line" />}
        none={
          <EmptyState title="Not estimated yet">
            The elasticity run estimates it every night. To start one now, use “Runs” above.
          </EmptyState>
        }
      >
        {(e) => (
          <>
            <Estimate estimate={e()} />
            <Show when={e().history.length > 1}>
              <NearScreen>
                <PlainChartView label="Elasticity over time" chart={courseChart(e().history)} />
              </NearScreen>
            </Show>
          </>
        )}
      </Async>
    </section>
  );
}

type Point = ElasticityDetail["history"][number];

/** Standard deviations on either side of the middle four fifths. */
const Z80 = 1.2816;

/** What it was after each run, with the 80 % interval; oldest first. */
function courseChart(history: readonly Point[]): PlainChart {
  const points = [...history].reverse();
  const bound = (side: 1 | -1) => points.map(({ mean, sd }) => mean + side * Z80 * sd);
  return {
    labels: points.map(({ asOf }) => dayMonth(asOf.slice(0, 10))),
    series: [
      { name: "Elasticity", values: points.map(({ mean }) => mean), colour: "ours" },
      { name: "80 %: from", values: bound(-1), colour: 5, dashed: true },
      { name: "80 %: to", values: bound(1), colour: 5, dashed: true },
    ],
    ...{ xTitle: "Learned", yTitle: "Elasticity", free: true, digits: 2 },
  };
}

function Estimate(props: { estimate: Elasticity }) {
  const e = () => props.estimate;
  const range = (interval: readonly [number, number]) =>
    `${fixed(interval[0], 2)} to ${fixed(interval[1], 2)}`;
  return (
    <>
      <p class="elasticity-mean">
        <strong>{fixed(e().mean, 2)}</strong>
        <Chip tone={e().identified && e().label !== "uncertain" ? "info" : "warn"}>{words(e().label)}</Chip>
      </p>
      <p class="muted">
        A 1 % higher price changes the units sold by about {fixed(e().mean, 1)} %.{" "}
        {e().identified
          ? "Learned from this product’s own sales."
          : "This product’s own sales say too little, so the figure relies on its category and on the price you set."}
        {e().reason && !e().identified ? ` Why: ${e().reason}.` : ""}
      </p>
      <IntervalBar estimate={e()} />
      <dl class="pairs">
        <dt>95 % interval</dt>
        <dd>{range(e().ci95)}</dd>
        <dt>80 % interval</dt>
        <dd>{range(e().ci80)}</dd>
        <dt title="Days at mean demand and 10 % price variation that would say as much">
          Effective observations
        </dt>
        <dd>{number(e().nEff, 0)}</dd>
        <dt>Effect of competitors’ prices</dt>
        <dd>
          {fixed(e().competitor.mean, 2)} ± {fixed(e().competitor.sd, 2)}
          {e().competitor.identified ? "" : " (from the category)"}
        </dd>
        <dt>Estimated</dt>
        <dd>
          <Ago at={e().asOf} />
        </dd>
      </dl>
    </>
  );
}

const WIDTH = 300;
const PAD = 6;

/** The intervals drawn to scale, together with zero. */
function IntervalBar(props: { estimate: Elasticity }) {
  const scale = createMemo(() => {
    const least = Math.min(props.estimate.ci95[0], 0) * 1.1;
    const most = Math.max(props.estimate.ci95[1], 0) * 1.1;
    return (value: number) => PAD + ((value - least) / (most - least || 1)) * (WIDTH - 2 * PAD);
  });
  const span = (interval: readonly [number, number]) => ({
    x: scale()(interval[0]),
    width: Math.max(1, scale()(interval[1]) - scale()(interval[0])),
  });
  return (
    <svg
      class="interval"
      viewBox={`0 0 ${WIDTH} 34`}
      role="img"
      aria-label="80 % and 95 % intervals to scale"
    >
      <line class="interval-axis" x1={PAD} x2={WIDTH - PAD} y1="12" y2="12" />
      <rect class="interval-95" y="7" height="10" rx="5" {...span(props.estimate.ci95)} />
      <rect class="interval-80" y="7" height="10" rx="5" {...span(props.estimate.ci80)} />
      <circle class="interval-mean" cx={scale()(props.estimate.mean)} cy="12" r="5" />
      <line class="interval-zero" x1={scale()(0)} x2={scale()(0)} y1="3" y2="21" />
      <text class="interval-text" x={scale()(0)} y="32" text-anchor="middle">
        0
      </text>
    </svg>
  );
}
