import type { Chart, ChartConfiguration, ChartTypeRegistry } from "chart.js";
import { createEffect, createSignal, on, onCleanup, onMount, Show } from "solid-js";
import { theme } from "../shell/ThemeToggle.tsx";
import type { Palette } from "./options.ts";

interface ChartCanvasProps<K extends keyof ChartTypeRegistry, P> {
  /** what the chart shows, for those who cannot see it */
  label: string;
  configuration: (palette: Palette) => ChartConfiguration<K, P[], string>;
  tall?: boolean;
}

/** Reads the theme's chart colours from the page. */
function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: colour("text"),
    muted: colour("text-muted"),
    grid: colour("chart-grid"),
    surface: colour("surface"),
    ours: colour("chart-ours"),
    proposed: colour("chart-proposed"),
    demand: colour("chart-demand"),
    demandPromo: colour("chart-demand-promo"),
    removed: colour("chart-removed"),
    competitors: [1, 2, 3, 4, 5, 6].map((n) => colour(`chart-c${n}`)),
  };
}

/**
 * The only place that meets chart.js: loads it, draws, redraws on new data or another theme, and cleans up.
 */
export function ChartCanvas<K extends keyof ChartTypeRegistry, P>(props: ChartCanvasProps<K, P>) {
  let canvas!: HTMLCanvasElement;
  const [chart, setChart] = createSignal<Chart<K, P[], string>>();
  const [failed, setFailed] = createSignal(false);

  onMount(async () => {
    let gone = false;
    onCleanup(() => {
      gone = true;
      chart()?.destroy();
    });
    try {
      const { Chart } = await import("./registry.ts");
      // in a task of its own: reading chart.js takes one already
      await new Promise((resolve) => setTimeout(resolve));
      if (!gone) setChart(() => new Chart<K, P[], string>(canvas, props.configuration(readPalette())));
    } catch {
      // A page opened before an update asks for a file that the update replaced.
      setFailed(true);
    }
  });

  createEffect(
    on([() => props.configuration, theme], ([configuration]) => {
      const drawn = chart();
      if (!drawn) return;
      const next = configuration(readPalette());
      drawn.data = next.data;
      if (next.options) drawn.options = next.options;
      drawn.update("none");
    }),
  );

  return (
    <div class="chart" classList={{ "chart-tall": props.tall ?? false }}>
      <canvas ref={canvas} role="img" aria-label={props.label} />
      <Show when={failed()}>
        <p class="chart-failed">The chart could not be loaded. Reload the page to get the present version.</p>
      </Show>
    </div>
  );
}
