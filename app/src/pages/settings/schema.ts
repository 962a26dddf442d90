import type { Schema } from "./json-schema.ts";
import { settingLabel } from "./labels.ts";
import { type Lines, linesOf } from "./lines.ts";

type Kind = "switch" | "number" | "choice" | "text" | "lines" | "json";

/** One setting as it is shown: a place in the settings, what it is, and what a fresh install has. */
export interface SettingField {
  /** names from the top, at most two */
  path: readonly string[];
  label: string;
  description: string;
  kind: Kind;
  choices: readonly string[];
  /** of a value that is typed line by line */
  lines: Lines | null;
  /** null may be chosen: no limit, or nothing */
  nullable: boolean;
  standard: unknown;
}

/** A heading of the page, and the settings under it. */
export interface SettingGroup {
  title: string;
  fields: SettingField[];
}

/** Where each setting stands; what is not named here comes under "Other". */
const GROUPS: readonly (readonly [title: string, names: readonly string[]])[] = [
  ["Install", ["currency", "timeZone", "pricesIncludeTax", "nightAt", "ownSellers", "holidays", "fxUrl"]],
  ["Events and alerts", ["appUrl", "eventKeepDays", "endpointFailures"]],
  [
    "Strategies",
    [
      ...["strategy", "strategyByCategory", "strategyByBrand", "strategyBySku", "objective", "undercut"],
      ...["markup", "marketFallback", "cannibalisation", "sensitivity", "pricesInformed", "pricePoints"],
    ],
  ],
  ["Guardrails", ["guardrails", "priceIndexBand", "maxPriceChanges"]],
  ["Proposals", ["proposalsEveryMinutes", "proposalExpiryHours", "proposalCap", "autoApply"]],
  ["Learning by trying prices", ["exploration"]],
  ["Signals", ["signals"]],
  ["Prices that come from outside", ["feedMaxStep", "feedPricesTrusted", "feedEchoDays", "overrideMaxStep"]],
  ["Law", ["priorPrice"]],
  ["Watch list", ["watch"]],
];
/** Edited on a page of its own, or not by hand. */
const ELSEWHERE = new Set(["version", "priceRules", "priceStrategies"]);

/** The settings in their groups, from the API's description. Signals and guardrails show each of their fields. */
export function settingGroups(schema: Schema): SettingGroup[] {
  const properties = schema.properties ?? {};
  const named = new Set(GROUPS.flatMap(([, names]) => names));
  const rest = Object.keys(properties).filter((name) => !named.has(name) && !ELSEWHERE.has(name));
  return [...GROUPS, ["Other", rest] as const]
    .map(([title, names]) => ({
      title,
      fields: names.flatMap((name) => (properties[name] ? fieldsOf([name], properties[name]) : [])),
    }))
    .filter(({ fields }) => fields.length > 0);
}

function fieldsOf(path: readonly string[], schema: Schema): SettingField[] {
  const inner = schema.properties;
  if (path.length === 1 && inner && typesOf(schema).includes("object") && !typesOf(schema).includes("null"))
    return Object.entries(inner).flatMap(([name, field]) =>
      fieldsOf([...path, name], { default: standardOf(schema, name), ...field }),
    );
  const choices = schema.enum ?? schema.anyOf?.find((one) => one.enum)?.enum ?? [];
  return [
    {
      path,
      label: settingLabel(path),
      description: sentence(schema.description ?? ""),
      kind: kindOf(schema, choices),
      choices,
      lines: linesOf(schema),
      nullable: typesOf(schema).includes("null"),
      standard: schema.default,
    },
  ];
}

/** A description as a sentence of the page, where nothing is called none. */
function sentence(text: string): string {
  return (text.charAt(0).toUpperCase() + text.slice(1)).replaceAll(/\bnull\b/gi, "none");
}

function standardOf(schema: Schema, name: string): unknown {
  const whole = schema.default;
  return typeof whole === "object" && whole !== null ? (whole as Record<string, unknown>)[name] : undefined;
}

function typesOf({ type, anyOf }: Schema): string[] {
  return [type ?? [], ...(anyOf ?? []).map((one) => one.type ?? [])].flat();
}

function kindOf(schema: Schema, choices: readonly string[]): Kind {
  const types = typesOf(schema);
  if (choices.length > 0) return "choice";
  if (types.includes("boolean")) return "switch";
  if (linesOf(schema)) return "lines";
  if (types.includes("object") || types.includes("array")) return "json";
  if (types.includes("number") || types.includes("integer")) return "number";
  return "text";
}

/** The value at a place of the settings. */
export function valueAt(settings: Record<string, unknown>, [name, inner]: readonly string[]): unknown {
  const outer = settings[name!];
  return inner === undefined ? outer : (outer as Record<string, unknown> | undefined)?.[inner];
}

/**
 * The changes as `PUT /api/settings` takes them. Signals and guardrails may be sent in part; other groups are sent whole.
 */
export function changeOf(
  settings: Record<string, unknown>,
  changes: ReadonlyMap<string, { path: readonly string[]; value: unknown }>,
): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const { path, value } of changes.values()) {
    const [name, inner] = path;
    if (inner === undefined) body[name!] = value;
    else {
      const isPart = name === "signals" || name === "guardrails";
      const before = body[name!] ?? (isPart ? {} : settings[name!]);
      body[name!] = { ...(before as object), [inner]: value };
    }
  }
  return body;
}

/** What somebody typed as a value of the field; an error in words if it is none. */
export function readTyped(field: SettingField, text: string): { value: unknown } | { error: string } {
  const trimmed = text.trim();
  if (trimmed === "" && field.nullable) return { value: null };
  if (field.kind === "number") {
    const value = Number(trimmed.replace(",", "."));
    return trimmed === "" || Number.isNaN(value) ? { error: "a number is needed" } : { value };
  }
  if (field.lines) return readLines(field.lines, trimmed);
  if (field.kind !== "json") return { value: trimmed };
  try {
    return { value: JSON.parse(trimmed) };
  } catch {
    return { error: "not valid JSON" };
  }
}

function readLines(lines: Lines, text: string): { value: unknown } | { error: string } {
  try {
    const typed = text.split("\n").map((line) => line.trim());
    return { value: lines.read(typed.filter((line) => line !== "")) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** A value as it is typed. */
export function typedValue(field: SettingField, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (field.lines) return field.lines.write(value).join("\n");
  return field.kind === "json" ? JSON.stringify(value, null, 1) : String(value);
}
