import { For, Show } from "solid-js";
import { Fact } from "../../components/facts.tsx";
import { PlainTable } from "../../components/PlainTable.tsx";
import { number } from "../../format/number.ts";
import { plural, words } from "../../format/words.ts";
import type { Receipt } from "../../queries/imports.ts";

/** Refused lines that are shown; the file names them all. */
const SHOWN_MAX = 50;

/** What a file did, or would do. */
export function ReceiptBlock(props: { receipt: Receipt; isDryRun: boolean }) {
  const readAs = () => {
    const { format, encoding, separator, decimal } = props.receipt.readAs;
    const cells = separator === undefined ? "" : `, cells parted by ${separatorName(separator)}`;
    return `Read as ${format}, ${encoding}${cells}${decimal ? `, decimal ${decimal}` : ""}.`;
  };
  return (
    <section class="block" aria-labelledby="receipt-heading">
      <h2 id="receipt-heading">{props.isDryRun ? "What it would do" : "Imported"}</h2>
      <p class="muted">{readAs()}</p>
      <dl class="facts">
        <Fact label="New">{number(props.receipt.inserted)}</Fact>
        <Fact label="Changed" note={countsText(props.receipt.changes)}>
          {number(props.receipt.updated)}
        </Fact>
        <Fact label="Unchanged">{number(props.receipt.unchanged)}</Fact>
        <Fact label="Refused">{number(props.receipt.rejectedCount)}</Fact>
        <Show when={props.receipt.held}>
          {(held) => (
            <Fact label="Prices held" note={countsText(held())}>
              {number(Object.values(held()).reduce((sum, count) => sum + count, 0))}
            </Fact>
          )}
        </Show>
      </dl>
      <Show when={props.receipt.rejected.length > 0}>
        <PlainTable
          caption="Lines that were refused"
          rows={props.receipt.rejected.slice(0, SHOWN_MAX)}
          columns={[
            { label: "Line", isNumber: true, cell: ({ line }) => line },
            { label: "Why", cell: ({ message }) => message },
          ]}
        />
      </Show>
      <Show when={props.receipt.warnings}>
        {(warnings) => (
          <details class="more">
            <summary>{plural(warnings().length, "line")} went through without one of their cells</summary>
            <ul>
              <For each={warnings().slice(0, SHOWN_MAX)}>
                {({ line, message }) => (
                  <li>
                    Line {line}: {message}
                  </li>
                )}
              </For>
            </ul>
          </details>
        )}
      </Show>
    </section>
  );
}

const SEPARATORS: Record<string, string> = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars" };
const separatorName = (separator: string) => SEPARATORS[separator] ?? `“${separator}”`;

function countsText(counts: Record<string, number> | undefined): string {
  return Object.entries(counts ?? {})
    .map(([name, count]) => `${words(name)} ${number(count)}`)
    .join(", ");
}
