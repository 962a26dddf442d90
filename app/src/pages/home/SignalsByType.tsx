import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import { number } from "../../format/number.ts";
import { words } from "../../format/words.ts";
import { paths, withQuery } from "../../paths.ts";
import type { MarketSummary } from "../../queries/home.ts";
import { Card } from "./Card.tsx";

const PRIORITIES = [
  { priority: 1, name: "high" },
  { priority: 2, name: "medium" },
  { priority: 3, name: "low" },
] as const;

/** How many signals are open, by type and priority: bars of the page itself, for which no chart has to be loaded. */
export function SignalsByType(props: { summary: MarketSummary; category: string | undefined }) {
  const types = () => byType(props.summary);
  const listed = (query: Record<string, string>) =>
    withQuery(paths.signals(), { ...query, category: props.category });
  const longest = () => Math.max(...types().map(({ total }) => total));
  return (
    <Card title="Open signals by type" link={<A href={listed({ groupBy: "move" })}>By move</A>}>
      <Show when={types().length > 0} fallback={<p class="muted">No signal is open.</p>}>
        <ul class="type-bars">
          <For each={types()}>
            {({ type, total, parts }) => (
              <li>
                <A href={listed({ type })}>{words(type)}</A>
                <span class="num">{number(total)}</span>
                <span class="type-bar" aria-hidden="true">
                  <For each={parts}>
                    {({ priority, count }) => (
                      <i class={`priority-${priority}`} style={{ width: `${(100 * count) / longest()}%` }} />
                    )}
                  </For>
                </span>
                <span class="sub">
                  {parts.map(({ name, count }) => `${number(count)} ${name}`).join(", ")} priority
                </span>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </Card>
  );
}

/** The types, most frequent first, each with the priorities that it has. */
function byType({ openSignals }: MarketSummary) {
  const types = Map.groupBy(openSignals, ({ type }) => type);
  return [...types]
    .map(([type, counts]) => {
      const countOf = (priority: number) => counts.find((one) => one.priority === priority)?.count ?? 0;
      const parts = PRIORITIES.map((one) => ({ ...one, count: countOf(one.priority) }));
      const total = counts.reduce((sum, { count }) => sum + count, 0);
      return { type, total, parts: parts.filter(({ count }) => count > 0) };
    })
    .sort((a, b) => b.total - a.total);
}
