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
import { quantity, unitWord } from "../../format/quantity.ts";
import { lasts } from "../../format/time.ts";
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

/** What to order: as a word of what it is counted in where that is no piece. */
function advice({ restockNow, restockUnits, level, quantityUnit }: Row): string {
  if (restockUnits === 0) return level === "No demand" ? "Nothing sells" : "Enough";
  const word = unitWord(quantityUnit);
  const much = word === "units" ? plural(restockUnits, "unit") : quantity(restockUnits, quantityUnit);
  return `${restockNow ? "Order now" : "Order"}: ${much}`;
}

/** How the stock lies in the warehouses; how long each of them lasts on hover, and in the line where one runs empty first. */
function Warehouses(props: { of: Pick<Row, "warehouses" | "quantityUnit"> }) {
  const each = () =>
    props.of.warehouses.map(({ warehouse, units, hoursToStockout }) => {
      const held = `${warehouse} ${quantity(units, props.of.quantityUnit)}`;
      const ends = units > 0 && hoursToStockout !== null ? lasts(hoursToStockout) : null;
      return { held, ends };
    });
  const differ = () => new Set(each().map(({ ends }) => ends)).size > 1;
  const full = () => each().map(({ held, ends }) => (ends === null ? held : `${held}, lasts ${ends}`));
  const short = () =>
    each().map(({ held, ends }) => (differ() && ends !== null ? `${held} (${ends})` : held));
  return (
    <span class="sub warehouses" title={full().join("; ")}>
      {short().join(", ")}
    </span>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  {
    label: "Product",
    sort: "sku",
    class: "cell-title",
    cell: (row) => <ProductCell sku={row.sku} title={row.title} sub={`${row.sku} · ${row.category}`} />,
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
    cell: ({ stock, quantityUnit, warehouses }) => (
      <span class="stack">
        <span>{quantity(stock, quantityUnit)}</span>
        <Show when={warehouses.length > 0}>
          <Warehouses of={{ warehouses, quantityUnit }} />
        </Show>
      </span>
    ),
  },
  {
    label: "Sold a day",
    sort: "unitsPerHour",
    class: "num",
    isNamed: true,
    cell: ({ unitsPerHour, quantityUnit }) => quantity(unitsPerHour * HOURS_PER_DAY, quantityUnit, 1),
  },
  {
    label: "Safety stock",
    class: "num cell-wide",
    isNamed: true,
    cell: ({ safetyStock, quantityUnit }) =>
      safetyStock === null ? "–" : quantity(safetyStock, quantityUnit),
  },
  {
    label: "Advice",
    cell: (row) => advice(row),
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
        <EmptyState title="No level yet" next={{ label: "Import a file", href: "/imports" }}>
          How long stock lasts is worked out every full hour, from stock that was imported with the products
          or posted by the warehouse.
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
        const counted = () => found().levels.some(({ products }) => products > 0);
        const warehouses = () => [...new Set(found().warehouses.map(({ warehouse }) => warehouse))];
        const categories = () => [...new Set(found().warehouses.map(({ category }) => category))].sort();
        const units = (category: string, warehouse: string) =>
          found().warehouses.find((one) => one.category === category && one.warehouse === warehouse)?.units ??
          0;
        return (
          <>
            <Show when={counted()}>
              <dl class="facts">
                {found().levels.map(({ level, products }) => (
                  <Fact label={level}>{number(products)}</Fact>
                ))}
              </dl>
            </Show>
            <Show when={warehouses().length > 0}>
              <Block
                title="Stock by warehouse"
                note="In what each product is counted in: pieces, kilograms, metres."
              >
                <PlainTable
                  caption="Stock by category and warehouse"
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
