import { Show } from "solid-js";
import type { PlainChart } from "../../charts/plain.ts";
import { Async } from "../../components/Async.tsx";
import { Ago, Fact } from "../../components/facts.tsx";
import { PlainTable } from "../../components/PlainTable.tsx";
import { SkeletonRows } from "../../components/states.tsx";
import { fixed, number, share } from "../../format/number.ts";
import { dayMonth } from "../../format/time.ts";
import { plural, words } from "../../format/words.ts";
import { type ElasticitySpread, useElasticitySpread } from "../../queries/analysis.ts";
import { PricesRightBlock } from "./PricesRightBlock.tsx";
import { Block, PlainChartView, ShareBar } from "./parts.tsx";

/** How the elasticities of the catalogue spread, above their list. */
export function ElasticitySummary(props: { category: string | undefined; brand: string | undefined }) {
  const found = useElasticitySpread(() => ({
    ...(props.category ? { category: props.category } : {}),
    ...(props.brand ? { brand: props.brand } : {}),
  }));
  return (
    <Async query={found} skeleton={<SkeletonRows rows={3} />}>
      {(one) => (
        <Show when={one().products > 0}>
          <div class="analysis">
            <Spread found={one()} />
          </div>
        </Show>
      )}
    </Async>
  );
}

function Spread(props: { found: ElasticitySpread }) {
  const sensitivity = () => props.found.sensitivity;
  return (
    <>
      <dl class="facts">
        <Fact label="Mean elasticity" note="per cent more units for each per cent of price">
          {props.found.mean === null ? "–" : fixed(props.found.mean, 2)}
        </Fact>
        <Fact
          label="Known from own data"
          note={`${number(props.found.identified)} of ${number(props.found.products)}`}
        >
          {share(props.found.identified / props.found.products)}
        </Fact>
        <Fact label="Sensitivity" note="high, medium and low">
          {number(sensitivity().high)} · {number(sensitivity().medium)} · {number(sensitivity().low)}
        </Fact>
        <Fact label="Learned">{props.found.asOf === null ? "–" : <Ago at={props.found.asOf} />}</Fact>
      </dl>
      <Show when={props.found.pricesRight}>{(right) => <PricesRightBlock found={right()} />}</Show>
      <Show when={props.found.course.length > 1}>
        <Block
          title="Over time"
          note="What each night’s run learned of all products together, with its 95 % interval where it is of the whole catalogue."
        >
          <PlainChartView label="Pooled elasticity by run" chart={courseChart(props.found)} />
        </Block>
      </Show>
      <Block title="How they spread" width="half">
        <PlainChartView label="Products by elasticity" chart={histogram(props.found)} />
      </Block>
      <Block title="By category" width="half" note={labelsText(props.found)}>
        <PlainTable
          caption="Elasticity by category"
          rows={props.found.categories}
          columns={[
            { label: "Category", cell: (row) => row.category },
            { label: "Mean", isNumber: true, cell: (row) => <strong>{fixed(row.mean, 2)}</strong> },
            { label: "From", isNumber: true, cell: (row) => fixed(row.min, 2) },
            { label: "To", isNumber: true, cell: (row) => fixed(row.max, 2) },
            {
              label: "Own data",
              cell: (row) => (
                <>
                  {share(row.identified / row.products)}
                  <ShareBar share={row.identified / row.products} />
                </>
              ),
            },
          ]}
        />
      </Block>
    </>
  );
}

function courseChart({ course }: ElasticitySpread): PlainChart {
  const bound = (name: "low" | "high") => course.map((point) => point[name]);
  const hasInterval = course.some(({ low }) => low !== null);
  return {
    labels: course.map(({ asOf }) => dayMonth(asOf.slice(0, 10))),
    series: [
      { name: "Pooled", values: course.map(({ mean }) => mean), colour: "ours" },
      ...(hasInterval
        ? [
            { name: "95 %: from", values: bound("low"), colour: 5, dashed: true },
            { name: "95 %: to", values: bound("high"), colour: 5, dashed: true },
          ]
        : []),
    ],
    ...{ xTitle: "Learned", yTitle: "Elasticity", free: true, digits: 2 },
  };
}

/** "Demand is elastic for 3 products, moderate for 10, uncertain for 17." */
function labelsText({ labels }: ElasticitySpread): string | undefined {
  const counted = labels.filter(({ products }) => products > 0);
  if (counted.length === 0) return undefined;
  const parts = counted.map(
    ({ label, products }, place) =>
      `${words(label).toLowerCase()} for ${place === 0 ? plural(products, "product") : number(products)}`,
  );
  return `Demand is ${parts.join(", ")}.`;
}

function histogram({ histogram: bins }: ElasticitySpread): PlainChart {
  return {
    labels: bins.map(({ from }) => fixed(from, 2)),
    series: [
      { name: "Own data", values: bins.map(({ identified }) => identified), kind: "bar", colour: "ours" },
      {
        name: "From the category",
        values: bins.map(({ products, identified }) => products - identified),
        ...{ kind: "bar" as const, colour: "demand" as const },
      },
    ],
    ...{ xTitle: "Elasticity", yTitle: "Products", stacked: true, digits: 0 },
  };
}
