import { A } from "@solidjs/router";
import { Show } from "solid-js";
import { Fact } from "../../components/facts.tsx";
import { moneyDelta, percentDelta } from "../../format/number.ts";
import { plural } from "../../format/words.ts";
import { paths } from "../../paths.ts";
import { useReturn } from "../../queries/earn.ts";

/** What repricing earns on a day, against the products that chance keeps at their price. */
export function ReturnFact() {
  const found = useReturn();
  return (
    <Show
      when={!found.isPending && found.data}
      fallback={
        <Fact label="Repricing earns" note="a day, against products held out">
          –
        </Fact>
      }
    >
      {(gain) => (
        <Show
          when={gain().measured && gain()}
          fallback={
            <Fact label="Repricing earns" note={gain().why}>
              <A class="fact-soon" href={paths.priceTests()}>
                Not measured yet
              </A>
            </Fact>
          }
        >
          {(measured) => {
            const amount = (value: string | undefined) => moneyDelta(value ?? "0", measured().currency);
            const ends = () => measured().interval95 ?? ["0", "0"];
            return (
              <Fact
                label="Repricing earns a day"
                note={`95 %: ${amount(ends()[0])} to ${amount(ends()[1])}, against ${plural(measured().heldOut, "product")} held out`}
              >
                <span class={Number(ends()[0]) > 0 ? "good" : Number(ends()[1]) < 0 ? "bad" : ""}>
                  {amount(measured().gainPerDay)} ({percentDelta(measured().gainPct ?? 0)})
                </span>
              </Fact>
            );
          }}
        </Show>
      )}
    </Show>
  );
}
