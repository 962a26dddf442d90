import { createSignal, onCleanup, onMount, type ParentProps, Show, Suspense } from "solid-js";
import { SkeletonRows } from "./states.tsx";

/** How far below the screen a chart begins to load. */
const AHEAD = "300px";

/** Loads and shows a chart once it comes near the screen: what nobody scrolls to costs nothing. */
export function NearScreen(props: ParentProps) {
  const [isNear, setNear] = createSignal(false);
  let place!: HTMLDivElement;
  onMount(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        setNear(true);
      },
      { rootMargin: AHEAD },
    );
    observer.observe(place);
    onCleanup(() => observer.disconnect());
  });
  return (
    <div ref={place}>
      <Show when={isNear()} fallback={<SkeletonRows rows={1} height="chart" />}>
        <Suspense fallback={<SkeletonRows rows={1} height="chart" />}>{props.children}</Suspense>
      </Show>
    </div>
  );
}
