import { Popover } from "@kobalte/core/popover";
import { For } from "solid-js";
import type { ColumnChoice } from "./column-choice.ts";

/** Which columns the table has. */
export function ColumnsMenu<T>(props: { choice: ColumnChoice<T> }) {
  return (
    <Popover gutter={6} placement="bottom-end">
      <Popover.Trigger class="button button-small columns-trigger">Columns</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content class="popover views">
          <Popover.Title class="popover-title">Columns</Popover.Title>
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
        </Popover.Content>
      </Popover.Portal>
    </Popover>
  );
}
