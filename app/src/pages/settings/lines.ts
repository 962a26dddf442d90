import type { Schema } from "./json-schema.ts";

/** A value that is typed line by line. */
export interface Lines {
  /** how a line is written */
  help: string;
  /** @throws Error whose message says what is wrong with a line */
  read: (lines: readonly string[]) => unknown;
  write: (value: unknown) => string[];
}

const NAMES: Lines = {
  help: "one a line",
  read: (lines) => lines,
  write: (value) => value as string[],
};

const HOLIDAYS: Lines = {
  help: "one a line, such as 2026-12-25 Christmas",
  read: (lines) =>
    lines.map((line) => {
      const [, day, name] = /^(\d{4}-\d{2}-\d{2})\s+(.+)$/.exec(line) ?? [];
      if (day === undefined) throw new Error(`“${line}” needs a day and a name`);
      return { day, name };
    }),
  write: (value) => (value as { day: string; name: string }[]).map(({ day, name }) => `${day} ${name}`),
};

function pairs(isNumber: boolean, values: readonly string[]): Lines {
  const example = isNumber ? "name = 12" : `name = ${values[0] ?? "value"}`;
  return {
    help: `one a line, such as ${example}`,
    read: (lines) =>
      Object.fromEntries(
        lines.map((line) => {
          const [, name, text] = /^(.+?)\s*=\s*(.+)$/.exec(line) ?? [];
          if (name === undefined || text === undefined)
            throw new Error(`“${line}” needs a = between name and value`);
          if (isNumber && Number.isNaN(Number(text))) throw new Error(`“${text}” is no number`);
          if (values.length > 0 && !values.includes(text))
            throw new Error(`“${text}” is none of ${values.join(", ")}`);
          return [name, isNumber ? Number(text) : text];
        }),
      ),
    write: (value) => Object.entries(value as object).map(([name, one]) => `${name} = ${one}`),
  };
}

/** How a list of names, a list of days, or a value for each name is typed; null for every other value. */
export function linesOf(schema: Schema): Lines | null {
  if (schema.type === "array") {
    if (schema.items?.type === "string") return NAMES;
    const fields = Object.keys(schema.items?.properties ?? {});
    return fields.join() === "day,name" ? HOLIDAYS : null;
  }
  const each = schema.additionalProperties;
  if (schema.type !== "object" || schema.properties || typeof each !== "object") return null;
  if (each.type === "number" || each.type === "integer") return pairs(true, []);
  return each.type === "string" ? pairs(false, each.enum ?? []) : null;
}
