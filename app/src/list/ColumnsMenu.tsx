import { For } from "solid-js";
import { Panel } from "../components/menus.tsx";
import type { ColumnChoice } from "./column-choice.ts";

/** Which columns the table has. */
export function ColumnsMenu<T>(props: { choice: ColumnChoice<T> }) {
  return (
    <Panel
      title="Columns"
      label="Columns"
      class="button button-small columns-trigger"
      gutter={6}
      placement="bottom-end"
      panelClass="popover views"
    >
      {() => (
        <>
          <ul class="columns-list">
            <For each={props.choice.optional()}>
              {(column) => (
                <li>
                  <label class="check">
                    <input
                      type="checkbox"
                      checked={props.choice.isShown(column)}
                      onChange={() => props.choice.toggle(column)}
                    />
                    {column.label}
                  </label>
                </li>
              )}
            </For>
          </ul>
          <button type="button" class="button button-small" onClick={() => props.choice.reset()}>
            As it was
          </button>
        </>
      )}
    </Panel>
  );
}
