import type { InferRequestType, InferResponseType } from "hono/client";
import { answer, api } from "../../api/client.ts";
import { Chip } from "../../components/chips.tsx";
import { asIs } from "../../components/fields.tsx";
import { ProductCell } from "../../components/ProductCell.tsx";
import { EmptyState } from "../../components/states.tsx";
import { money, number, percentDelta } from "../../format/number.ts";
import { quantity } from "../../format/quantity.ts";
import { words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";

const pricing = api.marts["pricing-analysis"];
type Asked = InferRequestType<typeof pricing.$get>["query"];
type Row = InferResponseType<typeof pricing.$get, 200>["items"][number];

const SOURCE = {
  key: ["pricing-analysis"],
  facets: "category,brand,position,recommendation",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(pricing.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [
  { name: "position", label: "Position", any: "Any position", facet: "position" },
  { name: "recommendation", label: "Proposed", any: "Anything", facet: "recommendation" },
  { name: "category", label: "Category", any: "Any category", facet: "category", labelOf: asIs },
  { name: "brand", label: "Brand", any: "Any brand", facet: "brand", labelOf: asIs },
];

const POSITION_TONE = { lowest: "good", middle: "quiet", highest: "warn", alone: "quiet" } as const;

const orDash = (amount: string | null, currency: string) => (amount === null ? "–" : money(amount, currency));
const gapText = (gap: number | null) => (gap === null ? "–" : percentDelta(gap));

const COLUMNS: readonly Column<Row>[] = [
  {
    label: "Product",
    sort: "sku",
    class: "cell-title",
    cell: (row) => <ProductCell sku={row.sku} title={row.title} sub={`${row.sku} · ${row.category}`} />,
  },
  {
    label: "Position",
    cell: ({ position }) => <Chip tone={POSITION_TONE[position]}>{words(position)}</Chip>,
  },
  { label: "Our price", sort: "price", class: "num strong", cell: (row) => money(row.price, row.currency) },
  {
    label: "Cheapest",
    note: "and the mean",
    class: "num",
    isNamed: true,
    cell: (row) => (
      <span class="stack">
        <span>{orDash(row.minCompetitor, row.currency)}</span>
        <span class="sub">{orDash(row.avgCompetitor, row.currency)}</span>
      </span>
    ),
  },
  {
    label: "Gap",
    note: "to the cheapest, to the mean",
    sort: "gapPct",
    class: "num",
    isNamed: true,
    cell: (row) => (
      <span class="stack">
        <strong>{gapText(row.gapPct)}</strong>
        <span class="sub">{gapText(row.avgGapPct)}</span>
      </span>
    ),
  },
  {
    label: "Competitors",
    sort: "competitors",
    class: "num cell-wide",
    isNamed: true,
    cell: ({ competitors }) => number(competitors),
  },
  {
    label: "Sold a day",
    note: "expected",
    sort: "unitsPerDay",
    class: "num cell-wide",
    isNamed: true,
    cell: ({ unitsPerDay, quantityUnit }) =>
      unitsPerDay === null ? "–" : quantity(unitsPerDay, quantityUnit, 1),
  },
  {
    label: "Proposed",
    cell: ({ recommendation, proposedPrice, currency }) =>
      proposedPrice === null ? "Keep" : `${words(recommendation)} to ${money(proposedPrice, currency)}`,
  },
];

/** Where every price stands among the competitors', and what is proposed for it. */
export function PositionsPage() {
  return (
    <ListPage
      title="Price position"
      one="product"
      source={SOURCE}
      path="/api/marts/pricing-analysis"
      asked={{
        ...{ q: undefined, position: undefined, recommendation: undefined },
        ...{ category: undefined, brand: undefined, sort: "-gapPct" },
      }}
      filters={FILTERS}
      searchFor="SKU, title or brand"
      columns={COLUMNS}
      idOf={({ sku }) => sku}
      empty={
        <EmptyState
          title="Nothing has been compared yet"
          next={{ label: "Make a source of prices", href: "/sources" }}
        >
          Products on sale are compared with competitors' offers every full hour.
        </EmptyState>
      }
    />
  );
}
