import { For, Show } from "solid-js";
import { TableFrame } from "../../components/TableFrame.tsx";
import { number } from "../../format/number.ts";

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
/** From this strength on, text is light on the colour. */
const STRONG = 0.6;

interface HeatGrid {
  caption: string;
  rows: readonly string[];
  columns: readonly string[];
  /** null: nothing is known */
  value: (row: number, column: number) => number | null;
  text: (value: number) => string;
  /** what the darkest colour stands for */
  unit: string;
  /** in place of no figures */
  none: string;
}

/** A table whose cells are the darker the greater their figure: one hue, so that it reads without colour vision. */
export function HeatTable(props: HeatGrid) {
  const most = () => {
    const all = props.rows.flatMap((_, row) =>
      props.columns.map((_, column) => props.value(row, column) ?? 0),
    );
    return Math.max(...all, 0);
  };
  return (
    <Show when={most() > 0} fallback={<p class="muted">{props.none}</p>}>
      <p class="heat-key">
        <span>0</span>
        <i aria-hidden="true" />
        <span>
          {props.text(most())} {props.unit}
        </span>
      </p>
      <TableFrame label={props.caption}>
        <table class="heat-table">
          <caption class="sr-only">{props.caption}</caption>
          <thead>
            <tr>
              <th class="heat-name" scope="col">
                <span class="sr-only">Row</span>
              </th>
              <For each={props.columns}>{(column) => <th scope="col">{column}</th>}</For>
            </tr>
          </thead>
          <tbody>
            <For each={props.rows}>
              {(name, row) => (
                <tr>
                  <th scope="row" title={name}>
                    {name}
                  </th>
                  <For each={props.columns}>
                    {(column, place) => (
                      <Cell
                        name={`${name}, ${column}`}
                        value={props.value(row(), place())}
                        most={most()}
                        text={props.text}
                      />
                    )}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </TableFrame>
    </Show>
  );
}

function Cell(props: { name: string; value: number | null; most: number; text: (value: number) => string }) {
  const strength = () => (props.value === null || props.most === 0 ? 0 : props.value / props.most);
  const shown = () => (props.value === null ? "not known" : props.text(props.value));
  return (
    <td
      classList={{ "heat-strong": strength() >= STRONG }}
      style={{ "--heat": strength().toFixed(3) }}
      title={`${props.name}: ${shown()}`}
    >
      <span class="sr-only">{shown()}</span>
    </td>
  );
}

interface WeekCell {
  weekday: number;
  hour: number;
  mean: number;
}

/** What happens in each hour of the week. */
export function WeekHeat(
  props: Pick<HeatGrid, "caption" | "unit" | "none"> & { cells: readonly WeekCell[] },
) {
  const value = (row: number, column: number) => props.cells[row * HOURS.length + column]?.mean ?? null;
  return (
    <HeatTable
      caption={props.caption}
      rows={WEEKDAYS}
      columns={HOURS.map(String)}
      value={value}
      text={(mean) => number(mean, mean < 10 ? 2 : 0)}
      unit={props.unit}
      none={props.none}
    />
  );
}

/** "Mon 14:00". */
export function weekHour({ weekday, hour }: Pick<WeekCell, "weekday" | "hour">): string {
  return `${WEEKDAYS[weekday - 1]} ${String(hour).padStart(2, "0")}:00`;
}
