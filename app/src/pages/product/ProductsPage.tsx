import { A } from "@solidjs/router";
import { Show } from "solid-js";
import type { Product } from "../../../../domain/contract/catalogue.ts";
import { PRODUCT_STATUSES } from "../../../../domain/messages/names.ts";
import { Chip } from "../../components/chips.tsx";
import { asIs } from "../../components/fields.tsx";
import { EmptyState } from "../../components/states.tsx";
import { unitFigures } from "../../format/margin.ts";
import { money, share } from "../../format/number.ts";
import { words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { Filter } from "../../list/parts.tsx";
import { paths } from "../../paths.ts";
import { productSource, usePricesIncludeTax } from "../../queries/products.ts";

const ASKED = {
  ...{ q: undefined, category: undefined, brand: undefined, status: undefined },
  ...{ family: undefined, tag: undefined, sort: "sku" },
};

const FILTERS: readonly Filter[] = [
  { name: "category", label: "Category", any: "Any category", facet: "category", labelOf: asIs },
  { name: "brand", label: "Brand", any: "Any brand", facet: "brand", labelOf: asIs },
  { name: "status", label: "Status", any: "Any status", values: PRODUCT_STATUSES, facet: "status" },
];

/** The catalogue. */
export function ProductsPage() {
  const pricesIncludeTax = usePricesIncludeTax();
  const columns: readonly Column<Product>[] = [
    { label: "Product", sort: "title", class: "cell-title", cell: (product) => <Title product={product} /> },
    { label: "Category", sort: "category", class: "cell-roomy", cell: ({ category }) => category },
    { label: "Price", sort: "price", class: "num", cell: (product) => <Served product={product} /> },
    { label: "Base price", class: "num cell-wide", cell: (p) => asMoney(p, p.basePrice) },
    { label: "Unit cost", class: "num", isNamed: true, cell: (p) => asMoney(p, p.unitCost) },
    {
      ...{ label: "Margin", note: "after tax and fees", sort: "margin", class: "num", isNamed: true },
      cell: (p) => asShare(unitFigures(p, pricesIncludeTax())?.margin),
    },
    {
      ...{ label: "Markup", note: "on the cost", class: "num cell-wide" },
      cell: (p) => asShare(unitFigures(p, pricesIncludeTax())?.markup),
    },
  ];
  return (
    <ListPage
      title="Products"
      one="product"
      source={productSource}
      path="/api/products"
      asked={ASKED}
      filters={FILTERS}
      searchFor="SKU, title, brand or GTIN"
      columns={columns}
      idOf={({ sku }) => sku}
      hasLinks
      empty={
        <EmptyState title="There are no products yet" next={{ label: "Import a file", href: "/imports" }}>
          Import your catalogue from a file, connect a store, or post products through the API.
        </EmptyState>
      }
    />
  );
}

/** The price, and what put it in force where that is not the catalogue. */
function Served(props: { product: Product }) {
  return (
    <span class="stack">
      <strong>{asMoney(props.product, props.product.price)}</strong>
      <Show when={props.product.priceSource !== "base"}>
        <span class="sub">{words(props.product.priceSource)}</span>
      </Show>
    </span>
  );
}

function asMoney(product: Product, amount: string | undefined): string {
  return amount === undefined ? "–" : money(amount, product.currency);
}

function asShare(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : share(value);
}

function Title(props: { product: Product }) {
  return (
    <>
      <A class="row-link" href={paths.product(props.product.sku)} data-row-link>
        {props.product.title}
      </A>
      <span class="sub">
        {props.product.sku}
        <Show when={props.product.brand}>{(brand) => ` · ${brand()}`}</Show>
        <Show when={props.product.tags?.includes("kvi")}>
          {" "}
          <Chip tone="info" title="Key value item: tighter limits">
            KVI
          </Chip>
        </Show>
        <Show when={props.product.status === "inactive"}>
          {" "}
          <Chip tone="quiet">Inactive</Chip>
        </Show>
      </span>
    </>
  );
}
