import { A } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import { paths } from "../../paths.ts";
import { type Health, useHealth } from "../../queries/home.ts";

interface Step {
  title: string;
  text: string;
  link: string;
  href: string;
  /** undefined where there is nothing to be done once and for all */
  isDone?: boolean;
}

const KEY = "pricewright-first-steps";

function wereClosed(): boolean {
  try {
    return localStorage.getItem(KEY) === "closed";
  } catch {
    return false;
  }
}

const [isClosed, setClosed] = createSignal(wereClosed());

function close(): void {
  setClosed(true);
  try {
    localStorage.setItem(KEY, "closed");
  } catch {
    // they are shown again after the next load
  }
}

const DEMO_STEPS: readonly Step[] = [
  {
    title: "See the market move",
    text: "Made-up competitors change a price every few seconds. What needs attention opens a signal at once.",
    ...{ link: "Watch the signals", href: "/signals?groupBy=move" },
  },
  {
    title: "Decide on a price",
    text: "Open a proposal to see why it was made: profit curve, limits, inputs. Press A to approve it, R to reject it, ? for all keys.",
    ...{ link: "Open the approvals", href: paths.approvals() },
  },
  {
    title: "Write a rule, and try it first",
    text: "Two per cent below the cheapest for one category, say. You see how many prices would rise or fall before it is saved.",
    ...{ link: "Write a rule", href: "/strategies" },
  },
];

function ownSteps(products: number | undefined, parts: Health["parts"]): Step[] {
  const isThere = (name: string) => (parts[name]?.status ?? "empty") !== "empty";
  return [
    {
      title: "Import your products",
      text: "A CSV or JSON lines file with sku, title, category, price and unitCost. Other column names can be mapped, and a dry run shows what would happen.",
      ...{ link: "Import a file", href: "/imports", isDone: products === undefined || products > 0 },
    },
    {
      title: "Say what sells",
      text: "Import demand by day, or connect your store. From about two months of it elasticities are learned.",
      ...{ link: "Import demand", href: "/imports", isDone: isThere("demand") },
    },
    {
      title: "Let competitors’ prices in",
      text: "Make a source for your scraper, or name pages for the watch list.",
      ...{ link: "Make a source", href: "/sources", isDone: isThere("observations") },
    },
    {
      title: "Let it learn and propose",
      text: "Start an elasticity run, then a proposals run; from then on both come by themselves.",
      ...{ link: "Start a run", href: "/runs", isDone: isThere("proposals") },
    },
  ];
}

/** In the demo what to try; in an own install the way from the first file to the first proposal, until it has been gone. */
export function FirstSteps(props: { products: number | undefined }) {
  const health = useHealth();
  const steps = () => {
    if (health.isPending || !health.data || isClosed()) return [];
    if (health.data.demo) return DEMO_STEPS;
    const own = ownSteps(props.products, health.data.parts);
    return own.some(({ isDone }) => !isDone) ? own : [];
  };
  const isDemo = () => !health.isPending && health.data?.demo;
  return (
    <Show when={steps().length > 0}>
      <section class="block first-steps" aria-label="First steps">
        <div class="card-head">
          <h2>{isDemo() ? "A demo: three things to try" : "From the first file to the first proposal"}</h2>
          <button type="button" class="button button-small" onClick={close}>
            Hide
          </button>
        </div>
        <ol class="steps">
          <For each={steps()}>
            {(step) => (
              <li>
                <strong>
                  {step.title}
                  <Show when={step.isDone}>
                    <span class="step-done"> ✓ done</span>
                  </Show>
                </strong>
                <p class="muted">{step.text}</p>
                <A href={step.href}>{step.link}</A>
              </li>
            )}
          </For>
        </ol>
        <Show when={!isDemo()}>
          <p class="muted">
            Each of these is a call too: see the <a href="/docs">documentation of the API</a>.
          </p>
        </Show>
      </section>
    </Show>
  );
}
