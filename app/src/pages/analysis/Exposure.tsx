import { A } from "@solidjs/router";
import { createMemo, createSignal, Show } from "solid-js";
import { ChartCanvas } from "../../charts/ChartCanvas.tsx";
import { type ExposureView, exposureChart } from "../../charts/exposure.ts";
import type { Palette } from "../../charts/options.ts";
import { Async } from "../../components/Async.tsx";
import { SelectField } from "../../components/fields.tsx";
import { SkeletonRows } from "../../components/states.tsx";
import { type Exposure, useExposure } from "../../queries/analysis.ts";
import { Block } from "./parts.tsx";

const VIEWS = {
  competitors: {
    label: "Competitors",
    note: "Far right and high: dearer than many.",
    chart: "Products by gap to the cheapest competitor, number of competitors and units sold",
  },
  sales: {
    label: "Sales, by what is proposed",
    note: "Far right and high: dear, and much is sold of it.",
    chart: "Products by gap to the cheapest competitor and units sold, coloured by what is proposed",
  },
} as const satisfies Record<ExposureView, object>;

/** The products that are dearest against the cheapest competitor, by how many competitors and how much they sell. */
export function ExposureBlock(props: { category?: string | undefined }) {
  const found = useExposure(() => props.category);
  const [view, setView] = createSignal<ExposureView>("competitors");
  return (
    <Async query={found} skeleton={<SkeletonRows rows={1} height="chart" />}>
      {(page) => (
        <Show when={page().items.some(({ gapPct }) => gapPct !== null)}>
          <Block
            title="Exposure"
            note={
              <>
                The hundred products with the widest gap. {VIEWS[view()].note} A large bubble sells much. As a
                list: <A href="/positions">Price position</A>.
              </>
            }
          >
            <div class="filters">
              <SelectField
                label="Upwards"
                value={view()}
                choices={Object.entries(VIEWS).map(([value, { label }]) => ({ value, label }))}
                onChange={(value) => setView(value as ExposureView)}
              />
            </div>
            <ExposureChart exposure={page()} view={view()} />
          </Block>
        </Show>
      )}
    </Async>
  );
}

function ExposureChart(props: { exposure: Exposure; view: ExposureView }) {
  const configuration = createMemo(() => {
    const products = props.exposure.items.flatMap(({ gapPct, ...one }) =>
      gapPct === null ? [] : [{ ...one, gapPct }],
    );
    const view = props.view;
    return (palette: Palette) => exposureChart(products, palette, view);
  });
  return <ChartCanvas tall label={VIEWS[props.view].chart} configuration={configuration()} />;
}
