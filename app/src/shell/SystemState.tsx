import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import { Panel } from "../components/menus.tsx";
import { duration } from "../format/time.ts";
import { plural, words } from "../format/words.ts";
import { paths } from "../paths.ts";
import { type Health, useHealth } from "../queries/home.ts";
import { useWideOverrides } from "../queries/overrides.ts";

type Part = Health["parts"][string];

/** Something that the reader of any page has to know of the install. */
interface Condition {
  name: string;
  tone: "info" | "warn" | "bad";
  what: string;
  /** what to do about it, and where */
  action: string;
  href: string;
}

const TONES = ["bad", "warn", "info"] as const;

/** Where a part of the health is put right. */
const REMEDIES: Readonly<Record<string, { action: string; href: string }>> = {
  observations: { action: "Look at the sources", href: "/sources" },
  demand: { action: "Look at the sources, or import demand", href: "/sources" },
  elasticity: { action: "Start an elasticity run", href: "/runs" },
  outbox: { action: "Look at the dead letters", href: "/dead-letters" },
  deadLetters: { action: "Replay or discard them", href: "/dead-letters" },
  endpoints: { action: "Look at the endpoints", href: "/endpoints" },
};

function conditionOf(name: string, part: Part): Condition | null {
  if (part.status !== "stale" && part.status !== "down" && part.status !== "failing") return null;
  const age = part.ageSeconds === undefined ? "" : `: the newest is ${duration(part.ageSeconds * 1000)} old`;
  const remedy = REMEDIES[name] ?? { action: "Look at the quality checks", href: "/quality" };
  return {
    name: part.status === "stale" ? "Stale" : "Degraded",
    tone: part.status === "stale" ? "warn" : "bad",
    what: `${words(name)} ${part.status === "stale" && age !== "" ? `out of date${age}` : (part.detail ?? part.status)}.`,
    ...remedy,
  };
}

function conditionsOf(health: Health | undefined, freezes: number): Condition[] {
  const found: Condition[] = Object.entries(health?.parts ?? {}).flatMap(
    ([name, part]) => conditionOf(name, part) ?? [],
  );
  if (freezes > 0)
    found.push({
      ...{ name: "Frozen", tone: "warn", href: paths.overrides() },
      what: `${plural(freezes, "order")} beyond single products ${freezes === 1 ? "holds" : "hold"} prices as they are.`,
      action: "See who, why and until when",
    });
  if (health?.demo)
    found.push({
      ...{ name: "Demo", tone: "info", href: "/" },
      what: "The shop and its market are made up. Start with DEMO=off and another STATE_DIR for your own.",
      action: "What to try",
    });
  return found.sort((a, b) => TONES.indexOf(a.tone) - TONES.indexOf(b.tone));
}

/** What is not as usual in the install: frozen, degraded, out of date, or a demo; nothing where all is well. */
export function SystemState() {
  const health = useHealth();
  const overrides = useWideOverrides();
  const conditions = () => conditionsOf(health.isPending ? undefined : health.data, overrides().length);
  const names = () => [...new Set(conditions().map(({ name }) => name))];
  return (
    <Show when={conditions().length > 0}>
      <Panel
        title="State of the system"
        label={
          <>
            <span class="state-mark" aria-hidden="true" />
            <span class="state-text">{names().join(", ")}</span>
          </>
        }
        name={`State of the system: ${names().join(", ")}`}
        class={`state state-${conditions()[0]?.tone}`}
        gutter={10}
        placement="bottom-end"
        panelClass="popover runs-panel"
      >
        {(close) => (
          <ul class="state-list">
            <For each={conditions()}>
              {(one) => (
                <li>
                  <strong>{one.name}</strong>
                  <p>{one.what}</p>
                  <A href={one.href} onClick={close}>
                    {one.action}
                  </A>
                </li>
              )}
            </For>
          </ul>
        )}
      </Panel>
    </Show>
  );
}
