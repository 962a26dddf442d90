import type { JSX } from "solid-js";

/** What may be wider than the page: it scrolls, by keyboard too. */
export function Scroll(props: { label: string; children: JSX.Element }) {
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <section class="scroll-x" aria-label={props.label} tabIndex={0}>
        {props.children}
      </section>
    </>
  );
}
