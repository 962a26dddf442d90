import type { InferRequestType, InferResponseType } from "hono/client";
import { Show } from "solid-js";
import { answer, api } from "../../api/client.ts";
import { Async } from "../../components/Async.tsx";
import { Chip } from "../../components/chips.tsx";
import { Fact } from "../../components/facts.tsx";
import { asIs } from "../../components/fields.tsx";
import { PlainTable } from "../../components/PlainTable.tsx";
import { ProductCell } from "../../components/ProductCell.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { number } from "../../format/number.ts";
import { plural } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { useStockSummary } from "../../queries/analysis.ts";
import { Block } from "./parts.tsx";

type Asked = InferRequestType<typeof api.analysis.stock.$get>["query"];
type Row = InferResponseType<typeof api.analysis.stock.$get, 200>["items"][number];

const SOURCE = {
  key: ["stock"],
  facets: "category",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.analysis.stock.$get({ query: query as Asked }, { init: { signal } })),
};

const TONES = {
  "Out of stock": "bad",
  Critical: "bad",
  Warning: "warn",
  Healthy: "good",
  "No demand": "quiet",
} as const satisfies Record<Row["level"], string>;

const FILTERS: readonly Filter[] = [
  { name: "level", label: "Level", any: "Any level", values: Object.keys(TONES), labelOf: asIs },
  { name: "category", label: "Category", any: "Any category", facet: "category", labelOf: asIs },
];

const HOURS_PER_DAY = 24;

/** Hours while they are few, days then. */
function lasts(hours: number | null): string {
  if (hours === null) return "–";
  return hours < 72 ? `${number(hours)} h` : `${number(hours / HOURS_PER_DAY)} d`;
}

const COLUMNS: readonly Column<Row>[] = [
  {
    label: "Product",
    sort: "sku",
    class: "cell-title",
    cell: (row) => <ProductCell sku={row.sku} title={row.title} sub={`${row.sku}, ${row.category}`} />,
  },
  { label: "Level", cell: ({ level }) => <Chip tone={TONES[level]}>{level}</Chip> },
  {
    label: "Lasts",
    note: "at the mean rate",
    sort: "hours",
    class: "num",
    cell: ({ hoursToStockout, forecastHours }) => (
      <span class="stack">
        <strong>{lasts(hoursToStockout)}</strong>
        <span class="sub">{forecastHours === null ? "" : `forecast ${lasts(forecastHours)}`}</span>
      </span>
    ),
  },
  {
    label: "Stock",
    sort: "stock",
    class: "num",
    isNamed: true,
    cell: ({ stock, warehouses }) => (
      <span class="stack">
        <span>{number(stock)}</span>
        <span class="sub">
          {warehouses.map(({ warehouse, units }) => `${warehouse} ${number(units)}`).join(" · ")}
        </span>
      </span>
    ),
  },
  {
    label: "Units a day",
    sort: "unitsPerHour",
    class: "num",
    isNamed: true,
    cell: ({ unitsPerHour }) => number(unitsPerHour * HOURS_PER_DAY, 1),
  },
  {
    label: "Safety stock",
    class: "num cell-wide",
    isNamed: true,
    cell: ({ safetyStock }) => (safetyStock === null ? "–" : number(safetyStock)),
  },
  {
    label: "Advice",
    cell: ({ restockNow, restockUnits, level }) => (
      <>
        {restockUnits === 0
          ? level === "No demand"
            ? "Nothing sells"
            : "Enough"
          : `${restockNow ? "Order now" : "Order"}: ${plural(restockUnits, "unit")}`}
      </>
    ),
  },
];

/** How long the stock of each product lasts, and what to order. */
export function StockPage() {
  return (
    <ListPage
      title="Stock"
      one="product"
      source={SOURCE}
      path="/api/analysis/stock"
      asked={{ q: undefined, level: undefined, category: undefined, sort: "hours" }}
      filters={FILTERS}
      searchFor="SKU, title or brand"
      columns={COLUMNS}
      idOf={({ sku }) => sku}
      empty={
        <EmptyState title="No stock is known">
          Post stock events to /api/ingest/inventory, or import products with their stock. Levels are added up
          every full hour.
        </EmptyState>
      }
    >
      <Summary />
    </ListPage>
  );
}

function Summary() {
  const summary = useStockSummary();
  return (
    <Async query={summary} skeleton={<SkeletonRows rows={2} />}>
      {(found) => {
        const warehouses = () => [...new Set(found().warehouses.map(({ warehouse }) => warehouse))];
        const categories = () => [...new Set(found().warehouses.map(({ category }) => category))].sort();
        const units = (category: string, warehouse: string) =>
          found().warehouses.find((one) => one.category === category && one.warehouse === warehouse)?.units ??
          0;
        return (
          <>
            <dl class="facts">
              {found().levels.map(({ level, products }) => (
                <Fact label={level}>{number(products)}</Fact>
              ))}
            </dl>
            <Show when={warehouses().length > 0}>
              <Block title="Units by warehouse">
                <PlainTable
                  caption="Units by category and warehouse"
                  rows={categories()}
                  columns={[
                    { label: "Category", cell: (category) => category },
                    ...warehouses().map((warehouse) => ({
                      label: warehouse,
                      isNumber: true,
                      cell: (category: string) => number(units(category, warehouse)),
                    })),
                  ]}
                />
              </Block>
            </Show>
          </>
        );
      }}
    </Async>
  );
}
