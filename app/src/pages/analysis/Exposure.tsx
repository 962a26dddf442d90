import { A } from "@solidjs/router";
import { createMemo, Show } from "solid-js";
import { ChartCanvas } from "../../charts/ChartCanvas.tsx";
import { exposureChart } from "../../charts/exposure.ts";
import type { Palette } from "../../charts/options.ts";
import { Async } from "../../components/Async.tsx";
import { SkeletonRows } from "../../components/states.tsx";
import { type Exposure, useExposure } from "../../queries/analysis.ts";
import { Block } from "./parts.tsx";

/** The products that are dearest against the cheapest competitor, by how many competitors and how much they sell. */
export function ExposureBlock() {
  const found = useExposure();
  return (
    <Async query={found} skeleton={<SkeletonRows rows={1} height="chart" />}>
      {(page) => (
        <Show when={page().items.length > 0}>
          <Block
            title="Exposure"
            note={
              <>
                The hundred products with the widest gap. Far right and high: dearer than many; a large bubble
                sells much. As a list: <A href="/positions">Price position</A>.
              </>
            }
          >
            <ExposureChart exposure={page()} />
          </Block>
        </Show>
      )}
    </Async>
  );
}

function ExposureChart(props: { exposure: Exposure }) {
  const configuration = createMemo(() => {
    const products = props.exposure.items.flatMap(({ gapPct, ...one }) =>
      gapPct === null ? [] : [{ ...one, gapPct }],
    );
    return (palette: Palette) => exposureChart(products, palette);
  });
  return (
    <ChartCanvas
      tall
      label="Products by gap to the cheapest competitor, number of competitors and units sold"
      configuration={configuration()}
    />
  );
}
