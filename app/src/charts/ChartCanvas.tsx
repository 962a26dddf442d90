import type { Chart, ChartConfiguration, ChartTypeRegistry } from "chart.js";
import { createEffect, createSignal, on, onCleanup, onMount, Show } from "solid-js";
import { whenQuiet } from "../components/pace.ts";
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

/** A chart that is not on the screen is drawn after so many milliseconds, so that it is there to be printed. */
const DRAW_HIDDEN_AFTER_MS = 2_000;

/** Whether an element has come to the screen, or would have been scrolled to by now. */
function createIsDue(element: () => Element): () => boolean {
  const [isDue, setDue] = createSignal(false);
  onMount(() => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setDue(true);
    });
    observer.observe(element());
    const handle = setTimeout(() => setDue(true), DRAW_HIDDEN_AFTER_MS);
    onCleanup(() => {
      observer.disconnect();
      clearTimeout(handle);
    });
  });
  return isDue;
}

/**
 * The only place that meets chart.js: loads it, draws, redraws on new data or another theme, and cleans up. To draw takes
 * longer than a frame, so it is done when nothing else is to do.
 */
export function ChartCanvas<K extends keyof ChartTypeRegistry, P>(props: ChartCanvasProps<K, P>) {
  let canvas!: HTMLCanvasElement;
  let chart: Chart<K, P[], string> | undefined;
  const [library, setLibrary] = createSignal<typeof import("./registry.ts")>();
  const [failed, setFailed] = createSignal(false);
  const isDue = createIsDue(() => canvas);

  function draw({ Chart }: typeof import("./registry.ts"), configuration: typeof props.configuration) {
    const next = configuration(readPalette());
    if (!chart) {
      chart = new Chart<K, P[], string>(canvas, next);
      return;
    }
    chart.data = next.data;
    if (next.options) chart.options = next.options;
    chart.update("none");
  }

  createEffect(() => {
    if (!isDue()) return;
    // a page opened before an update asks for a file that the update replaced
    import("./registry.ts").then(setLibrary, () => setFailed(true));
  });
  createEffect(
    on([library, () => props.configuration, theme], ([loaded, configuration]) => {
      if (loaded) onCleanup(whenQuiet(() => draw(loaded, configuration)));
    }),
  );
  onCleanup(() => chart?.destroy());

  return (
    <div class="chart" classList={{ "chart-tall": props.tall ?? false }}>
      <canvas ref={canvas} role="img" aria-label={props.label} />
      <Show when={failed()}>
        <p class="chart-failed">The chart could not be loaded. Reload the page to get the present version.</p>
      </Show>
    </div>
  );
}
