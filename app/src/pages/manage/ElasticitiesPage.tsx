import type { InferRequestType } from "hono/client";
import type { Elasticity } from "../../../../domain/contract/learning.ts";
import { answer, api } from "../../api/client.ts";
import { Chip } from "../../components/chips.tsx";
import { Ago } from "../../components/facts.tsx";
import { asIs } from "../../components/fields.tsx";
import { ProductCell } from "../../components/ProductCell.tsx";
import { EmptyState } from "../../components/states.tsx";
import { fixed, signed } from "../../format/number.ts";
import { words } from "../../format/words.ts";
import { useListAddress } from "../../list/address.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { ElasticitySummary } from "../analysis/ElasticitySpread.tsx";

type Asked = InferRequestType<typeof api.elasticities.$get>["query"];

const SOURCE = {
  key: ["elasticities"],
  facets: "category,brand,identified",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.elasticities.$get({ query: query as Asked }, { init: { signal } })),
};

const KNOWN: Record<string, string> = { true: "Known from its own data", false: "From its category" };

const FILTERS: readonly Filter[] = [
  { name: "category", label: "Category", any: "Any category", facet: "category", labelOf: asIs },
  { name: "brand", label: "Brand", any: "Any brand", facet: "brand", labelOf: asIs },
  {
    ...{ name: "identified", label: "Known from", any: "Either" },
    ...{ values: Object.keys(KNOWN), labelOf: (value: string) => KNOWN[value] ?? value },
  },
];

const COLUMNS: readonly Column<Elasticity>[] = [
  {
    label: "Product",
    sort: "sku",
    class: "cell-title",
    cell: ({ sku, title, category }) => <ProductCell sku={sku} title={title} sub={`${sku} · ${category}`} />,
  },
  {
    label: "Elasticity",
    note: "with its 95 % interval",
    sort: "mean",
    class: "num",
    cell: ({ mean, ci95 }) => (
      <span class="stack">
        <strong>{fixed(mean, 2)}</strong>
        <span class="sub">
          {fixed(ci95[0], 2)} to {fixed(ci95[1], 2)}
        </span>
      </span>
    ),
  },
  {
    label: "Before",
    note: "and the change",
    class: "num cell-wide",
    isNamed: true,
    cell: ({ mean, previousMean }) =>
      previousMean == null ? (
        "–"
      ) : (
        <span class="stack">
          <span>{fixed(previousMean, 2)}</span>
          <span class="sub">{signed(mean - previousMean, 2)}</span>
        </span>
      ),
  },
  { label: "Demand", cell: ({ label }) => <Chip tone="quiet">{words(label)}</Chip> },
  {
    label: "Known from",
    class: "why",
    cell: ({ identified, reason }) =>
      identified ? "Its own data" : `Its category: ${reason ?? "too little data"}`,
  },
  { label: "Units a day", class: "num", isNamed: true, cell: ({ demandPerDay }) => fixed(demandPerDay, 1) },
  { label: "Learned", sort: "asOf", class: "num muted cell-wide", cell: ({ asOf }) => <Ago at={asOf} /> },
];

/** How demand responds to price, over the catalogue. */
export function ElasticitiesPage() {
  const address = useListAddress({ category: undefined, brand: undefined });
  return (
    <ListPage
      title="Elasticity"
      one="product"
      source={SOURCE}
      path="/api/elasticities"
      asked={{ q: undefined, category: undefined, brand: undefined, identified: undefined, sort: "sku" }}
      filters={FILTERS}
      searchFor="SKU, title or brand"
      columns={COLUMNS}
      idOf={({ sku }) => sku}
      empty={
        <EmptyState
          title="No elasticity has been learned yet"
          next={{ label: "Import demand", href: "/imports" }}
        >
          Import some weeks of demand, then start an elasticity run under “Runs” above.
        </EmptyState>
      }
    >
      <ElasticitySummary category={address.asked().category} brand={address.asked().brand} />
    </ListPage>
  );
}
