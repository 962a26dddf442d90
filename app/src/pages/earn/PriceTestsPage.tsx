import { A } from "@solidjs/router";
import type { InferRequestType } from "hono/client";
import { createSignal, Show } from "solid-js";
import type { PriceTest } from "../../../../domain/contract/experiments.ts";
import { TEST_DESIGNS, TEST_STATUSES } from "../../../../domain/messages/names.ts";
import { answer, api } from "../../api/client.ts";
import { Ago } from "../../components/facts.tsx";
import { NewButton } from "../../components/NewButton.tsx";
import { EmptyState } from "../../components/states.tsx";
import { plural, words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { paths } from "../../paths.ts";
import { keys } from "../../queries/keys.ts";
import { NewPriceTest } from "./NewPriceTest.tsx";
import { armName, LiftText, TestStatusChip } from "./parts.tsx";

const tests = api["price-tests"];
type Asked = InferRequestType<typeof tests.$get>["query"];

const SOURCE = {
  key: keys.priceTests,
  facets: "status,design",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(tests.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [
  { name: "status", label: "Status", any: "Any status", values: TEST_STATUSES, facet: "status" },
  { name: "design", label: "Design", any: "Any design", values: TEST_DESIGNS, facet: "design" },
];

const COLUMNS: readonly Column<PriceTest>[] = [
  {
    label: "Price test",
    sort: "name",
    class: "cell-title",
    cell: ({ id, name, design }) => (
      <span class="stack stack-start">
        <A href={paths.priceTest(id)} data-row-link>
          {name}
        </A>
        <span class="sub">{words(design)}</span>
      </span>
    ),
  },
  { label: "Status", cell: (test) => <TestStatusChip test={test} /> },
  {
    label: "Arms",
    class: "why",
    cell: ({ definition }) => definition.arms.map(armName).join(", "),
  },
  {
    label: "Products",
    class: "num",
    isNamed: true,
    cell: ({ preview }) => preview.products,
  },
  {
    label: "Profit so far",
    note: "against the control",
    class: "num",
    cell: ({ result }) => (
      <Show when={result?.arms[0]} fallback={<span class="muted">not yet</span>}>
        {(arm) => <LiftText lift={arm().profit} />}
      </Show>
    ),
  },
  {
    label: "Days",
    class: "num",
    cell: ({ result, definition }) => `${result?.days ?? 0} of ${definition.days}`,
  },
  {
    label: "Made",
    sort: "createdAt",
    class: "num muted cell-wide",
    cell: ({ createdAt }) => <Ago at={createdAt} />,
  },
];

/** Two or more ways to price, compared by chance. */
export function PriceTestsPage() {
  const [isOpen, setOpen] = createSignal(false);
  return (
    <ListPage
      title="Price tests"
      one="price test"
      source={SOURCE}
      path="/api/price-tests"
      asked={{ q: undefined, status: undefined, design: undefined, sort: "-createdAt" }}
      filters={FILTERS}
      searchFor="Name or person"
      columns={COLUMNS}
      idOf={({ id }) => id}
      isQuiet={({ status }) => status === "stopped"}
      actions={
        <NewButton right="write" onClick={() => setOpen(true)}>
          New price test
        </NewButton>
      }
      empty={
        <EmptyState title="No price test yet">
          A price test compares two ways to price on {plural(2, "group")} of products that chance makes alike,
          and says which earns more, in money and with how much certainty.
        </EmptyState>
      }
    >
      <Show when={isOpen()}>
        <NewPriceTest onClose={() => setOpen(false)} />
      </Show>
    </ListPage>
  );
}
