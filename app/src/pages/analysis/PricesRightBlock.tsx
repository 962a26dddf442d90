import { For } from "solid-js";
import type { PricesRight } from "../../../../domain/contract/analysis.ts";
import { chance, pricesVerdict } from "../../format/prices-right.ts";
import { Block } from "./parts.tsx";

/** Whether the shop's own prices seem right, in words, and the three accounts that were weighed. */
export function PricesRightBlock(props: { found: PricesRight }) {
  const verdict = () => pricesVerdict(props.found);
  const accounts = () => [
    { name: "Each is right for its product", likely: props.found.each },
    { name: "Right on average in a category", likely: props.found.inTheMean },
    { name: "Neither", likely: Math.max(0, 1 - props.found.each - props.found.inTheMean) },
  ];
  return (
    <Block title="How right your prices seem">
      <div class="accounts">
        <p>
          <strong>{verdict().title}</strong> {verdict().note}
        </p>
        <div>
          <span class="account-bar" aria-hidden="true">
            <For each={accounts()}>
              {({ likely }) => (
                // one that is next to nothing would leave its gap only
                <i style={{ "flex-grow": likely, display: likely < 0.005 ? "none" : "block" }} />
              )}
            </For>
          </span>
          <ul class="account-key">
            <For each={accounts()}>
              {({ name, likely }) => (
                <li>
                  {name} <strong>{chance(likely)}</strong>
                </li>
              )}
            </For>
          </ul>
        </div>
      </div>
    </Block>
  );
}
