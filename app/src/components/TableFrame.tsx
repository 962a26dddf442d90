import { type JSX, Show } from "solid-js";
import { downloadTable } from "../list/table-file.ts";
import { toastError } from "./toasts.tsx";

interface TableFrameProps {
  /** what the table shows; the file is called so */
  label: string;
  /** it has so many rows that it scrolls within the page */
  isLong?: boolean;
  /** its columns fit by themselves, and it is exported elsewhere: it scrolls only if what they hold is too long */
  isSpare?: boolean | undefined;
  children: JSX.Element;
}

/** A table that is in the page as a whole: it scrolls where it is wider, and a button takes it home as a file. */
export function TableFrame(props: TableFrameProps) {
  let frame!: HTMLElement;
  const save = () => {
    const table = frame.querySelector("table");
    if (table) downloadTable(table, props.label).catch(toastError);
  };
  return (
    <div class="table-frame">
      <section
        ref={frame}
        class="scroll-x"
        classList={{ scroll: props.isLong ?? false, "scroll-spare": props.isSpare ?? false }}
        aria-label={props.label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
        tabIndex={0}
      >
        {props.children}
      </section>
      <Show when={!props.isSpare}>
        <button
          type="button"
          class="button button-small button-quiet table-file"
          aria-label={`Export CSV: ${props.label}`}
          onClick={save}
        >
          Export CSV
        </button>
      </Show>
    </div>
  );
}
