import { A } from "@solidjs/router";
import { paths } from "../paths.ts";

/** A product in a table: its title, which opens it, and beneath it its SKU and category. */
export function ProductCell(props: { product: { sku: string; title: string; category: string } }) {
  return (
    <span class="stack stack-start">
      <A href={paths.product(props.product.sku)} data-row-link>
        {props.product.title}
      </A>
      <span class="sub">
        {props.product.sku}, {props.product.category}
      </span>
    </span>
  );
}
