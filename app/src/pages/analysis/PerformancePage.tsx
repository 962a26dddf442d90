import type { InferRequestType, InferResponseType } from "hono/client";
import { answer, api } from "../../api/client.ts";
import { asIs } from "../../components/fields.tsx";
import { ProductCell } from "../../components/ProductCell.tsx";
import { EmptyState } from "../../components/states.tsx";
import { fixed, money, number, percent, percentDelta } from "../../format/number.ts";
import { quantity } from "../../format/quantity.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";

const performance = api.marts["product-performance"];
type Asked = InferRequestType<typeof performance.$get>["query"];
type Row = InferResponseType<typeof performance.$get, 200>["items"][number];

const SOURCE = {
  key: ["product-performance"],
  facets: "category,brand",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(performance.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [
  { name: "category", label: "Category", any: "Any category", facet: "category", labelOf: asIs },
  { name: "brand", label: "Brand", any: "Any brand", facet: "brand", labelOf: asIs },
];

/** Change of revenue against the 28 days before; a product without revenue then has none. */
function growth({ revenue, priorRevenue }: Row): string {
  const before = Number(priorRevenue);
  return before > 0 ? percentDelta((100 * (Number(revenue) - before)) / before) : "–";
}

const COLUMNS: readonly Column<Row>[] = [
  {
    label: "Product",
    sort: "sku",
    class: "cell-title",
    cell: (row) => <ProductCell sku={row.sku} title={row.title} sub={`${row.sku} · ${row.category}`} />,
  },
  {
    label: "Revenue",
    note: "beside the 28 days before",
    sort: "revenue",
    class: "num",
    cell: (row) => (
      <span class="stack">
        <strong>{money(row.revenue, row.currency)}</strong>
        <span class="sub">{growth(row)}</span>
      </span>
    ),
  },
  {
    label: "Sold",
    sort: "units",
    class: "num",
    isNamed: true,
    cell: ({ units, quantityUnit }) => quantity(units, quantityUnit),
  },
  {
    label: "Mean price",
    note: "of what was sold",
    class: "num cell-wide",
    isNamed: true,
    cell: ({ avgSalePrice, currency }) => (avgSalePrice === null ? "–" : money(avgSalePrice, currency)),
  },
  { label: "Views", sort: "views", class: "num", isNamed: true, cell: ({ views }) => number(views) },
  {
    label: "Carts",
    sort: "carts",
    class: "num cell-wide",
    isNamed: true,
    cell: ({ carts }) => number(carts),
  },
  {
    label: "Sold per view",
    sort: "conversion",
    class: "num",
    isNamed: true,
    cell: ({ conversion }) => (conversion === null ? "–" : percent(100 * conversion)),
  },
  {
    label: "Variation",
    note: "of what a day sells",
    sort: "variation",
    class: "num cell-wide",
    isNamed: true,
    cell: ({ variation }) => (variation === null ? "–" : fixed(variation, 2)),
  },
];

/** How products did over the last 28 days. */
export function PerformancePage() {
  return (
    <ListPage
      title="Product performance"
      one="product"
      source={SOURCE}
      path="/api/marts/product-performance"
      asked={{ q: undefined, category: undefined, brand: undefined, sort: "-revenue" }}
      filters={FILTERS}
      searchFor="SKU, title or brand"
      columns={COLUMNS}
      idOf={({ sku }) => sku}
      empty={
        <EmptyState
          title="Nothing has been rolled up yet"
          next={{ label: "Import demand", href: "/imports" }}
        >
          Demand of the days that are over is added up by product every full hour.
        </EmptyState>
      }
    />
  );
}
