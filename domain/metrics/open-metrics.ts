/** Metrics in the text form of OpenMetrics 1.0, which Prometheus and its relatives read. */

export const OPEN_METRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** What a metric is called and means. */
export interface MetricFamily {
  /** without the suffixes that OpenMetrics adds; ends with `unit`, if it has one */
  name: string;
  type: "counter" | "gauge" | "histogram";
  help: string;
  unit?: "seconds" | "bytes";
  labels?: readonly string[];
  /** of a histogram: the upper ends of its buckets, ascending, without the last, which has none */
  buckets?: readonly number[];
}

/**
 * A family's values by the values of its labels, which are written as one text: see `labelKey`. A histogram has one more
 * label, the bucket: its upper end, `+Inf`, or `sum`; a bucket counts what is in it and not what is in the smaller ones.
 */
export type Samples = Readonly<Record<string, number>>;

/** The values of a family's labels as one text. */
export function labelKey(...values: readonly string[]): string {
  return JSON.stringify(values);
}

/** The values again. */
export function labelsOf(key: string): string[] {
  return JSON.parse(key) as string[];
}

/** The bucket that a value belongs to: the smallest end that is not below it. */
export function bucketOf({ buckets = [] }: Pick<MetricFamily, "buckets">, value: number): string {
  const end = buckets.find((one) => value <= one);
  return end === undefined ? "+Inf" : String(end);
}

/**
 * The whole text of a scrape. A family without samples is left out.
 *
 * @example
 * openMetrics([[{ name: "jobs", type: "counter", help: "Jobs", labels: ["kind"] }, { '["a"]': 2 }]]);
 * // # HELP jobs Jobs
 * // # TYPE jobs counter
 * // jobs_total{kind="a"} 2
 * // # EOF
 */
export function openMetrics(families: readonly (readonly [MetricFamily, Samples])[]): string {
  return `${families.flatMap(([family, samples]) => familyLines(family, samples)).join("\n")}\n# EOF\n`;
}

function familyLines(family: MetricFamily, samples: Samples): string[] {
  const { name, type, help, unit } = family;
  const keys = Object.keys(samples).sort();
  if (keys.length === 0) return [];
  const head = [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`];
  if (unit !== undefined) head.push(`# UNIT ${name} ${unit}`);
  if (type === "histogram") return [...head, ...histogramLines(family, samples)];
  const suffix = type === "counter" ? "_total" : "";
  const lines = keys.map(
    (key) => `${name}${suffix}${labelText(family.labels ?? [], labelsOf(key))} ${number(samples[key]!)}`,
  );
  return [...head, ...lines];
}

function histogramLines({ name, labels = [], buckets = [] }: MetricFamily, samples: Samples): string[] {
  const series = [...new Set(Object.keys(samples).map((key) => labelKey(...labelsOf(key).slice(0, -1))))];
  return series.sort().flatMap((one) => {
    const values = labelsOf(one);
    const at = (bucket: string) => samples[labelKey(...values, bucket)] ?? 0;
    let count = 0;
    const lines = [...buckets.map(String), "+Inf"].map((end) => {
      count += at(end);
      return `${name}_bucket${labelText([...labels, "le"], [...values, boundary(end)])} ${count}`;
    });
    const text = labelText(labels, values);
    return [...lines, `${name}_count${text} ${count}`, `${name}_sum${text} ${number(at("sum"))}`];
  });
}

/** OpenMetrics writes the end of a bucket as a float. */
function boundary(end: string): string {
  return /^\d+$/.test(end) ? `${end}.0` : end;
}

function labelText(names: readonly string[], values: readonly string[]): string {
  if (names.length === 0) return "";
  return `{${names.map((name, i) => `${name}="${escaped(values[i] ?? "")}"`).join(",")}}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}

function number(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return String(value);
}
