import { useQuery } from "@tanstack/solid-query";
import type { InferResponseType } from "hono/client";
import { createSignal, onMount, Show } from "solid-js";
import { answer, api } from "../../api/client.ts";
import { Async } from "../../components/Async.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { TextField } from "../../components/fields.tsx";
import { NewButton } from "../../components/NewButton.tsx";
import { type PlainColumn, PlainTable } from "../../components/PlainTable.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { dayText } from "../../format/time.ts";
import { plural } from "../../format/words.ts";
import { ExportButton } from "../../list/parts.tsx";
import { useFormAction } from "../../queries/actions.ts";

const rates = api["fx-rates"];
type Rate = InferResponseType<typeof rates.$get, 200>["items"][number];

const KEY = ["fx-rates"] as const;
const SHOWN = 200;

const COLUMNS: readonly PlainColumn<Rate>[] = [
  { label: "Day", cell: ({ day }) => dayText(day) },
  { label: "One", cell: ({ base }) => base },
  { label: "is worth", isNumber: true, cell: ({ rate, quote }) => <strong>{`${rate} ${quote}`}</strong> },
  { label: "From", cell: ({ source }) => source },
];

/** The exchange rates by which competitors' prices in other currencies are compared. */
export function RatesPage() {
  const [isOpen, setOpen] = createSignal(false);
  const found = useQuery(() => ({
    queryKey: KEY,
    queryFn: ({ signal }) => answer(rates.$get({ query: { limit: SHOWN } }, { init: { signal } })),
  }));
  onMount(() => {
    document.title = "Exchange rates · Pricewright";
  });
  return (
    <main class="page">
      <div class="page-head">
        <h1>Exchange rates</h1>
        <span class="page-actions">
          <NewButton right="admin" onClick={() => setOpen(true)}>
            New rate
          </NewButton>
          <ExportButton path="/api/fx-rates" />
        </span>
      </div>
      <p class="muted">
        A competitor’s price in another currency is compared at the newest rate of its day. The newest {SHOWN}{" "}
        are shown.
      </p>
      <Async query={found} skeleton={<SkeletonRows rows={8} />}>
        {(page) => (
          <Show
            when={page().items.length > 0}
            fallback={
              <EmptyState title="No rate is known" next={{ label: "Settings", href: "/settings" }}>
                Name the address of a source under Settings, which is then asked for each day’s rates; or
                enter them here.
              </EmptyState>
            }
          >
            <section class="block" aria-label="Exchange rates">
              <PlainTable caption="Exchange rates by day" isCards rows={page().items} columns={COLUMNS} />
            </section>
          </Show>
        )}
      </Async>
      <Show when={isOpen()}>
        <NewRate onClose={() => setOpen(false)} />
      </Show>
    </main>
  );
}

function NewRate(props: { onClose: () => void }) {
  const [base, setBase] = createSignal("");
  const [quote, setQuote] = createSignal("");
  const [rate, setRate] = createSignal("");
  const [day, setDay] = createSignal(new Date().toISOString().slice(0, 10));
  const save = useFormAction(
    KEY,
    (one: { base: string; quote: string; rate: string; day: string }) =>
      answer(rates.$post({ json: { rates: [one] } })),
    ({ saved }) => `${plural(saved, "rate")} saved`,
  );
  const blocked = () => {
    if ([base(), quote()].some((code) => code.trim().length !== 3)) return "Name both currencies: EUR, CHF.";
    if (!(Number(rate()) > 0)) return "Enter the rate: a number with a point, such as 1.0843.";
    return save.isPending ? "It is being saved." : null;
  };
  const code = (text: string) => text.trim().toUpperCase();
  return (
    <FormDialog
      title="New rate"
      button="Save"
      blocked={blocked()}
      error={save.error}
      onSend={() =>
        save.mutate(
          { base: code(base()), quote: code(quote()), rate: rate().trim(), day: day() },
          { onSuccess: props.onClose },
        )
      }
      onClose={props.onClose}
    >
      <TextField label="One" value={base()} onInput={setBase} placeholder="EUR" required />
      <TextField label="is worth" value={rate()} onInput={setRate} placeholder="1.0843" required />
      <TextField label="of" value={quote()} onInput={setQuote} placeholder="USD" required />
      <TextField
        label="Day"
        value={day()}
        onInput={setDay}
        help="The civil day it is of: year, month, day"
        required
      />
    </FormDialog>
  );
}
