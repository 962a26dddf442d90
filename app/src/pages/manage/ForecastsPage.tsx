import type { InferRequestType } from "hono/client";
import type { ForecastScore } from "../../../../domain/contract/learning.ts";
import { answer, api } from "../../api/client.ts";
import { Chip } from "../../components/chips.tsx";
import { Ago } from "../../components/facts.tsx";
import { asIs } from "../../components/fields.tsx";
import { ProductCell } from "../../components/ProductCell.tsx";
import { EmptyState } from "../../components/states.tsx";
import { money, share } from "../../format/number.ts";
import { quantity } from "../../format/quantity.ts";
import { plural } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";

type Asked = InferRequestType<typeof api.forecasts.$get>["query"];

const SOURCE = {
  key: ["forecasts"],
  facets: "category,brand",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.forecasts.$get({ query: query as Asked }, { init: { signal } })),
};

const USES: Record<string, string> = { true: "Forecast", false: "Last price" };

const FILTERS: readonly Filter[] = [
  { name: "category", label: "Category", any: "Any category", facet: "category", labelOf: asIs },
  { name: "brand", label: "Brand", any: "Any brand", facet: "brand", labelOf: asIs },
  {
    ...{ name: "usesForecast", label: "Prices go by", any: "Either" },
    ...{ values: Object.keys(USES), labelOf: (value: string) => USES[value] ?? value },
  },
];

const error = (amount: string | null, currency: string) =>
  amount === null ? "–" : `±${money(amount, currency)}`;

const COLUMNS: readonly Column<ForecastScore>[] = [
  {
    label: "Product",
    sort: "sku",
    class: "cell-title",
    cell: ({ sku, title, category }) => <ProductCell sku={sku} title={title} sub={`${sku}, ${category}`} />,
  },
  {
    label: "Off by",
    note: "a week ahead",
    sort: "mae",
    class: "num",
    isNamed: true,
    cell: ({ mae, currency }) => <strong>{error(mae, currency)}</strong>,
  },
  {
    label: "Price last seen",
    note: "off by",
    class: "num cell-wide",
    isNamed: true,
    cell: ({ baselineMae, currency }) => error(baselineMae, currency),
  },
  {
    label: "Error removed",
    note: "by the forecast",
    sort: "gain",
    class: "num",
    isNamed: true,
    cell: ({ skill }) => (skill === null ? "–" : share(skill)),
  },
  {
    label: "Compared",
    sort: "scored",
    class: "num cell-wide",
    cell: ({ scoredDays }) => plural(scoredDays, "day"),
  },
  {
    label: "Prices go by",
    cell: ({ usesForecast }) => (
      <Chip tone={usesForecast ? "info" : "quiet"}>{USES[String(usesForecast)] ?? ""}</Chip>
    ),
  },
  {
    label: "Units tomorrow",
    note: "weighted mean",
    sort: "nextUnits",
    class: "num cell-wide",
    isNamed: true,
    cell: ({ nextUnits, nextBaseline, quantityUnit }) => (
      <span class="stack">
        <span>{nextUnits === null ? "–" : quantity(nextUnits, quantityUnit, 1)}</span>
        <span class="sub">{nextBaseline === null ? "" : quantity(nextBaseline, quantityUnit, 1)}</span>
      </span>
    ),
  },
  { label: "Made", class: "num muted cell-wide", cell: ({ asOf }) => <Ago at={asOf} /> },
];

/** How near the forecasts of competitors' prices came, product by product. */
export function ForecastsPage() {
  return (
    <ListPage
      title="Forecasts"
      one="product"
      source={SOURCE}
      path="/api/forecasts"
      asked={{
        ...{ q: undefined, category: undefined, brand: undefined, usesForecast: undefined },
        sort: "-gain",
      }}
      filters={FILTERS}
      searchFor="SKU, title or brand"
      columns={COLUMNS}
      idOf={({ sku }) => sku}
      empty={
        <EmptyState title="No forecast yet" next={{ label: "Import demand", href: "/imports" }}>
          The elasticity run of the night makes one for each product, and compares those of a week ago with
          what came.
        </EmptyState>
      }
    />
  );
}
