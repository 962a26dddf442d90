import { A, useSearchParams } from "@solidjs/router";
import { For, onMount, Show } from "solid-js";
import type { Product } from "../../../../domain/contract/catalogue.ts";
import { PRODUCT_STATUSES } from "../../../../domain/messages/names.ts";
import { Async } from "../../components/Async.tsx";
import { Chip } from "../../components/chips.tsx";
import { ANY, asIs, choicesOf, known, SearchField, SelectField } from "../../components/fields.tsx";
import { EmptyState, LoadMore, SkeletonRows } from "../../components/states.tsx";
import { unitFigures } from "../../format/margin.ts";
import { money, share } from "../../format/number.ts";
import { paths } from "../../paths.ts";
import { useCategories, usePricesIncludeTax, useProducts } from "../../queries/products.ts";

/** The catalogue. */
export function ProductsPage() {
  const [search, setSearch] = useSearchParams<{ q?: string; category?: string; status?: string }>();
  const products = useProducts(() => ({
    q: search.q,
    category: search.category,
    status: known(PRODUCT_STATUSES, search.status),
  }));
  const categories = useCategories();
  const includeTax = usePricesIncludeTax();
  const shown = () => (products.isPending ? [] : (products.data?.pages.flatMap((p) => p.items) ?? []));
  const set = (name: "q" | "category" | "status", value: string) =>
    setSearch({ [name]: value === ANY || value === "" ? undefined : value }, { replace: true });

  onMount(() => {
    document.title = "Products · Pricewright";
  });

  return (
    <main class="page">
      <div class="page-head">
        <h1>Products</h1>
      </div>
      <search class="filters" aria-label="Narrow the list of products">
        <SearchField
          label="Search"
          placeholder="SKU, title or brand"
          value={search.q ?? ""}
          onInput={(v) => set("q", v)}
        />
        <SelectField
          label="Category"
          value={search.category ?? ANY}
          choices={choicesOf("Any category", categories.isPending ? [] : (categories.data ?? []), asIs)}
          onChange={(v) => set("category", v)}
        />
        <SelectField
          label="Status"
          value={search.status ?? ANY}
          choices={choicesOf("Any status", PRODUCT_STATUSES)}
          onChange={(v) => set("status", v)}
        />
      </search>
      <Async query={products} skeleton={<SkeletonRows rows={10} />}>
        {() => (
          <Show
            when={shown().length > 0}
            fallback={
              <EmptyState title="No product matches">
                Choose a wider category or status, or search for something else. Products are added by import
                or through the API.
              </EmptyState>
            }
          >
            <ProductTable products={shown()} pricesIncludeTax={includeTax()} />
            <LoadMore query={products} shown={shown().length} />
          </Show>
        )}
      </Async>
    </main>
  );
}

function ProductTable(props: { products: readonly Product[]; pricesIncludeTax: boolean }) {
  return (
    <table class="table table-links cards">
      <caption class="sr-only">Products</caption>
      <thead>
        <tr>
          <th scope="col">Product</th>
          <th scope="col">Category</th>
          <th scope="col" class="num">
            Price
          </th>
          <th scope="col" class="num cell-wide">
            Base price
          </th>
          <th scope="col" class="num">
            Unit cost
          </th>
          <th scope="col" class="num">
            Margin<span class="th-note">after tax and fees</span>
          </th>
          <th scope="col" class="num">
            Markup<span class="th-note">on the cost</span>
          </th>
        </tr>
      </thead>
      <tbody>
        <For each={props.products}>
          {(product) => <ProductRow product={product} pricesIncludeTax={props.pricesIncludeTax} />}
        </For>
      </tbody>
    </table>
  );
}

function ProductRow(props: { product: Product; pricesIncludeTax: boolean }) {
  const asMoney = (amount: string | undefined) =>
    amount === undefined ? "–" : money(amount, props.product.currency);
  const figures = () => unitFigures(props.product, props.pricesIncludeTax);
  return (
    <tr>
      <td class="cell-title">
        <A class="row-link" href={paths.product(props.product.sku)}>
          {props.product.title}
        </A>
        <span class="sub">
          {props.product.sku}
          <Show when={props.product.brand}>{(brand) => ` · ${brand()}`}</Show>
          <Show when={props.product.status === "inactive"}>
            {" "}
            <Chip tone="quiet">Inactive</Chip>
          </Show>
        </span>
      </td>
      <td data-label="Category">{props.product.category}</td>
      <td class="num strong" data-label="Price">
        {asMoney(props.product.price)}
      </td>
      <td class="num cell-wide" data-label="Base price">
        {asMoney(props.product.basePrice)}
      </td>
      <td class="num" data-label="Unit cost">
        {asMoney(props.product.unitCost)}
      </td>
      <td class="num" data-label="Margin">
        <Show when={figures()} fallback="–">
          {(e) => share(e().margin)}
        </Show>
      </td>
      <td class="num" data-label="Markup">
        <Show when={figures()?.markup ?? null} fallback="–">
          {(markup) => share(markup())}
        </Show>
      </td>
    </tr>
  );
}
