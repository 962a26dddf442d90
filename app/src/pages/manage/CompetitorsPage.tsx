import type { InferRequestType } from "hono/client";
import { Show } from "solid-js";
import type { Competitor } from "../../../../domain/contract/market.ts";
import { answer, api } from "../../api/client.ts";
import { Chip } from "../../components/chips.tsx";
import { Ago } from "../../components/facts.tsx";
import { EmptyState } from "../../components/states.tsx";
import { number } from "../../format/number.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import { paths } from "../../paths.ts";

type Asked = InferRequestType<typeof api.competitors.$get>["query"];
type Row = import("zod").infer<typeof Competitor>;

const SOURCE = {
  key: ["competitors"],
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.competitors.$get({ query: query as Asked }, { init: { signal } })),
};

const COLUMNS: readonly Column<Row>[] = [
  {
    label: "Competitor",
    sort: "name",
    class: "cell-title",
    cell: (one) => (
      <span class="stack stack-start">
        <a href={paths.competitor(one.id)} data-row-link>
          {one.name}
        </a>
        <Show when={(one.domain ?? one.id) !== one.name}>
          <span class="sub">{one.domain ?? one.id}</span>
        </Show>
      </span>
    ),
  },
  {
    label: "In the market",
    cell: (one) => <Chip tone={one.include ? "good" : "quiet"}>{one.include ? "Counts" : "Left out"}</Chip>,
  },
  { label: "Weight", class: "num", isNamed: true, cell: ({ weight }) => number(weight, 2) },
  {
    label: "First seen",
    sort: "firstSeenAt",
    class: "num muted",
    cell: (one) => <Ago at={one.firstSeenAt} />,
  },
];

/** Who sells what we sell. */
export function CompetitorsPage() {
  return (
    <ListPage
      title="Competitors"
      one="competitor"
      source={SOURCE}
      path="/api/competitors"
      asked={{ q: undefined, sort: "name" }}
      filters={[]}
      searchFor="Name or domain"
      columns={COLUMNS}
      idOf={({ id }) => id}
      empty={
        <EmptyState
          title="No competitor has been seen"
          next={{ label: "Make a source of prices", href: "/sources" }}
        >
          A competitor appears with the first price of it that a scraper posts.
        </EmptyState>
      }
    />
  );
}
