import { pairedShare, type Spread, spreadOf } from "./metrics.ts";
import type { ScenarioResult } from "./play.ts";
import { DEFAULT_POLICY } from "./policies.ts";

const interval = ({ mean, halfWidth }: Spread, digits: number): string =>
  `${mean.toFixed(digits)} ±${halfWidth.toFixed(digits)}`;

const HEADERS = ["policy", "share", "sd", "gap", "min gap", "last-90 share", "gap", "changes", "worst 10 %"];

/** The result of a scenario as a text table; ± is the half width of a 95 % interval of the mean over seeds. */
export function tableOf({ scenario, scores }: ScenarioResult): string {
  const rows = Object.entries(scores).map(([name, list]) => {
    const share = spreadOf(list.map((score) => score.share));
    const late = spreadOf(list.map((score) => score.lateShare));
    return [
      name,
      interval(share, 4),
      share.sd.toFixed(4),
      interval(spreadOf(list.map((score) => score.gap)), 3),
      Math.min(...list.map((score) => score.gap)).toFixed(2),
      late.mean.toFixed(4),
      spreadOf(list.map((score) => score.lateGap)).mean.toFixed(3),
      spreadOf(list.map((score) => score.changes)).mean.toFixed(3),
      spreadOf(list.map((score) => score.worstDecile)).mean.toFixed(3),
      interval(pairedShare(list, scores[DEFAULT_POLICY]!), 4),
    ];
  });
  const header = [...HEADERS, `share − ${DEFAULT_POLICY} (paired)`];
  const title = `Scenario ${scenario.name}: ${scenario.title} (${scores[DEFAULT_POLICY]!.length} seeds)`;
  return [title, ...aligned([header, ...rows])].join("\n");
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => {
    const cells = row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!)));
    return cells.join("  ");
  });
}

const rounded = (value: number): number => Number(value.toFixed(5));

/** The figures of a scenario for the last line of the run. */
export function figuresOf({ scores }: ScenarioResult) {
  const policies = Object.fromEntries(
    Object.entries(scores).map(([name, list]) => {
      const share = spreadOf(list.map((score) => score.share));
      const figures = {
        share: rounded(share.mean),
        gap: rounded(spreadOf(list.map((score) => score.gap)).mean),
        sd: rounded(share.sd),
        minGap: rounded(Math.min(...list.map((score) => score.gap))),
        changes: rounded(spreadOf(list.map((score) => score.changes)).mean),
      };
      return [name, figures];
    }),
  );
  const { share, gap } = policies[DEFAULT_POLICY]!;
  return { share, gap, policies };
}
