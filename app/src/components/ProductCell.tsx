import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { paths } from "../paths.ts";

/** A product in a table: its title, or its SKU where that is all that is known, which opens it; beneath it what else tells it apart. */
export function ProductCell(props: { sku: string; title?: string | undefined; sub?: JSX.Element }) {
  return (
    <span class="stack stack-start">
      <A class="product-link" href={paths.product(props.sku)} data-row-link>
        {props.title ?? props.sku}
      </A>
      <Show when={props.sub ?? (props.title && props.sku)}>{(sub) => <span class="sub">{sub()}</span>}</Show>
    </span>
  );
}
