import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FAMILIES } from "../../../domain/metrics/families.ts";
import { bucketOf, labelKey, type MetricFamily, openMetrics } from "../../../domain/metrics/open-metrics.ts";
import { readOpenMetrics } from "../../support/open-metrics.ts";

const LATENCY: MetricFamily = {
  ...{ name: "latency_seconds", type: "histogram", help: "Time", unit: "seconds" },
  ...{ labels: ["kind"], buckets: [0.5, 1, 10] },
};

describe("OpenMetrics text", () => {
  it("has the head, the samples in order and the end", () => {
    const jobs: MetricFamily = { name: "jobs", type: "counter", help: "Jobs", labels: ["kind", "of"] };
    const size: MetricFamily = { name: "size_bytes", type: "gauge", help: "Size", unit: "bytes" };
    expect(
      openMetrics([
        [jobs, { [labelKey("b", "x")]: 2, [labelKey("a", "x")]: 1.5 }],
        [size, { [labelKey()]: 4096 }],
        [{ ...size, name: "other_bytes" }, {}],
      ]),
    ).toBe(
      [
        ...["# HELP jobs Jobs", "# TYPE jobs counter"],
        ...['jobs_total{kind="a",of="x"} 1.5', 'jobs_total{kind="b",of="x"} 2'],
        ...[
          "# HELP size_bytes Size",
          "# TYPE size_bytes gauge",
          "# UNIT size_bytes bytes",
          "size_bytes 4096",
        ],
        "# EOF\n",
      ].join("\n"),
    );
  });

  it("escapes what a label may hold, and a strict reader reads it back", () => {
    const odd = 'a "quoted" \\ back\nslash';
    const text = openMetrics([
      [{ name: "odd", type: "gauge", help: 'of "\n\\', labels: ["is"] }, { [labelKey(odd)]: 1 }],
    ]);
    expect(readOpenMetrics(text).get("odd")?.samples).toEqual([
      { name: "odd", labels: { is: odd }, value: 1 },
    ]);
  });

  it("adds buckets up, each with all below it, and puts a value on an end into that bucket", () => {
    expect([0, 0.5, 0.51, 10, 11].map((value) => bucketOf(LATENCY, value))).toEqual([
      ...["0.5", "0.5", "1", "10", "+Inf"],
    ]);
    const samples = { [labelKey("a", "0.5")]: 2, [labelKey("a", "+Inf")]: 1, [labelKey("a", "sum")]: 13.5 };
    const text = openMetrics([[LATENCY, samples]]);
    expect(text).toContain('latency_seconds_bucket{kind="a",le="1.0"} 2\n');
    const read = readOpenMetrics(text).get("latency_seconds")!.samples;
    expect(read.map(({ value }) => value)).toEqual([2, 2, 2, 3, 3, 13.5]);
  });

  it("is refused by the reader where it breaks the standard", () => {
    const broken = [
      "# TYPE a counter\na_total 1\n",
      "# TYPE a counter\na 1\n# EOF\n",
      "# TYPE a gauge\na 1\na 1\n# EOF\n",
      "# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n",
      "# TYPE a gauge\na one\n# EOF\n",
      '# TYPE a histogram\na_bucket{le="1"} 1\na_bucket{le="+Inf"} 1\na_count 1\na_sum 1\n# EOF\n',
      '# TYPE a histogram\na_bucket{le="1.0"} 2\na_bucket{le="+Inf"} 1\na_count 1\na_sum 1\n# EOF\n',
    ];
    for (const text of broken) expect(() => readOpenMetrics(text), text).toThrow();
  });
});

it("every metric is named as the standard wants it", () => {
  const families: readonly MetricFamily[] = Object.values(FAMILIES);
  expect(new Set(families.map(({ name }) => name)).size).toBe(families.length);
  for (const { name, type, unit } of families) {
    expect(name).toMatch(/^pricewright_[a-z_]+$/);
    expect(name).not.toMatch(/_(total|count|sum|bucket)$/);
    if (unit !== undefined) expect(name.endsWith(`_${unit}`), name).toBe(true);
    if (type === "histogram") expect(unit).toBe("seconds");
  }
});

describe("the documents", () => {
  const read = (path: string) => readFileSync(join(import.meta.dirname, "../../../docs", path), "utf8");
  const exposed = new Map<string, MetricFamily>(
    Object.values(FAMILIES).flatMap((family: MetricFamily) => {
      if (family.type === "counter") return [[`${family.name}_total`, family]];
      if (family.type === "gauge") return [[family.name, family]];
      return ["_bucket", "_sum", "_count"].map((end): [string, MetricFamily] => [family.name + end, family]);
    }),
  );
  const named = (text: string) => [...new Set(text.match(/pricewright_[a-z_]+/g))];

  it("of the metrics name every one", () => {
    const listed = named(read("metrics.md"));
    for (const { name, type } of Object.values(FAMILIES))
      expect(listed).toContain(type === "counter" ? `${name}_total` : name);
  });

  it("for Grafana and Prometheus ask for metrics and labels that there are", () => {
    const dashboard = JSON.parse(read("grafana/pricewright.json")) as {
      panels: { id: number; targets?: { expr: string }[] }[];
    };
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const asked = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    const rules = [...read("prometheus/alerts.yml").matchAll(/expr: (.+(?:\n {8,}[^a-z].+)*)/g)];
    for (const expression of [...asked, ...rules.map(([, text]) => text!)]) {
      for (const name of named(expression)) expect(exposed.has(name), `${name} in ${expression}`).toBe(true);
      for (const [, name, matchers] of expression.matchAll(/(pricewright_[a-z_]+)\{([^}]*)\}/g))
        for (const [, label] of matchers!.matchAll(/([a-z]+)[=!]/g))
          expect(exposed.get(name!)!.labels, `${name} ${label}`).toContain(label);
    }
    expect(asked.length + rules.length).toBeGreaterThan(30);
  });
});
