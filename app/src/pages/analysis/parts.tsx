import { type JSX, onMount, Show } from "solid-js";
import { ChartCanvas } from "../../charts/ChartCanvas.tsx";
import { hasFigures, type PlainChart, plainChart } from "../../charts/plain.ts";
import { SelectField } from "../../components/fields.tsx";
import { Term } from "../../components/Term.tsx";
import { ANY, type ListAddress } from "../../list/address.ts";
import { ExportButton } from "../../list/parts.tsx";
import { useMarketSummary } from "../../queries/home.ts";
import { SPANS } from "./span.ts";
import "../../styles/analysis.css";

interface AnalysisPageProps {
  title: string;
  /** what the page says, in a sentence */
  note?: JSX.Element;
  /** the list in the API that the export takes, with what it is asked for */
  exported?: { path: string; address: ListAddress };
  /** the choices above the blocks */
  choices?: JSX.Element;
  children: JSX.Element;
}

/** A page of blocks with charts and tables. */
export function AnalysisPage(props: AnalysisPageProps) {
  onMount(() => {
    document.title = `${props.title} · Pricewright`;
  });
  return (
    <main class="page">
      <div class="page-head">
        <h1>{props.title}</h1>
        <span class="page-actions">
          <Show when={props.exported}>
            {(exported) => <ExportButton path={exported().path} address={exported().address} />}
          </Show>
        </span>
      </div>
      <Show when={props.note}>
        <p class="muted">{props.note}</p>
      </Show>
      <Show when={props.choices}>
        <search class="filters" aria-label="What to look at">
          {props.choices}
        </search>
      </Show>
      <div class="analysis">{props.children}</div>
    </main>
  );
}

/** The choice of a category, and of the days where the page has a span. */
export function SpanChoices(props: {
  address: ListAddress;
  hasDays?: boolean;
  hasCategory?: boolean;
  children?: JSX.Element;
}) {
  const market = useMarketSummary();
  const categories = () => (market.isPending ? [] : (market.data?.categories ?? []));
  const names = () => categories().map(({ key }) => ({ value: key, label: key }));
  return (
    <>
      <Show when={props.hasDays ?? true}>
        <SelectField
          label="Time"
          value={props.address.value("days") ?? "28"}
          choices={SPANS}
          onChange={(days) => props.address.set({ days })}
        />
      </Show>
      <Show when={props.hasCategory ?? true}>
        <SelectField
          label="Category"
          value={props.address.value("category") ?? ANY}
          choices={[{ value: ANY, label: "All categories" }, ...names()]}
          onChange={(category) => props.address.set({ category: category === ANY ? undefined : category })}
        />
      </Show>
      {props.children}
    </>
  );
}

type Width = "half" | "third" | "two-thirds";

/** A part of an analysis with its heading, which says what it means where it is a term of the field. */
export function Block(props: { title: string; note?: JSX.Element; width?: Width; children: JSX.Element }) {
  return (
    <section class={`block ${props.width ?? ""}`} aria-label={props.title}>
      <h2>
        <Term label={props.title} />
      </h2>
      <Show when={props.note}>
        <p class="muted">{props.note}</p>
      </Show>
      {props.children}
    </section>
  );
}

/** A chart of named classes or days; without any figure a sentence instead of empty axes. */
export function PlainChartView(props: {
  label: string;
  chart: PlainChart;
  tall?: boolean;
  /** in place of no figures */
  none?: string;
}) {
  return (
    <Show
      when={hasFigures(props.chart)}
      fallback={<p class="muted">{props.none ?? "Nothing in these days."}</p>}
    >
      <ChartCanvas
        label={props.label}
        tall={props.tall ?? false}
        configuration={(
          (chart) => (palette) =>
            plainChart(chart, palette)
        )(props.chart)}
      />
    </Show>
  );
}

/** A share as a bar. */
export function ShareBar(props: { share: number }) {
  return (
    <span class="share-bar" aria-hidden="true">
      <i style={{ width: `${Math.min(100, Math.max(0, 100 * props.share))}%` }} />
    </span>
  );
}
