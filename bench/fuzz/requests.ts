import fc from "fast-check";

/** A JSON schema as the API's description has it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  prefixItems?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  minimum?: number;
  maximum?: number;
  format?: string;
  pattern?: string;
  maxLength?: number;
}

interface Content {
  [type: string]: { schema?: Schema };
}

export interface OpenApi {
  paths: Record<
    string,
    Record<
      string,
      {
        parameters?: { in: string; name: string; required?: boolean; schema?: Schema }[];
        requestBody?: { content: Content };
        responses: Record<string, { content?: Content }>;
      }
    >
  >;
  components: { schemas: Record<string, Schema> };
}

/** One request, as it is sent. */
export interface FuzzRequest {
  operation: string;
  method: string;
  path: string;
  type: string | null;
  body: string | null;
  headers?: Record<string, string>;
}

const NAUGHTY = [
  "",
  " ",
  "0",
  "-1",
  "1e999",
  "NaN",
  "null",
  "%00",
  "\u0000",
  "'; --",
  "../..",
  "😀",
  "ﬀ",
  "x".repeat(3_000),
];
const DEPTH_MAX = 4;

/** Values that a schema allows, more or less: what it says by pattern is left to chance. */
function ofSchema(schema: Schema | undefined, document: OpenApi, depth = 0): fc.Arbitrary<unknown> {
  if (schema === undefined || depth > DEPTH_MAX) return fc.constantFrom<unknown>(null, 1, "x", {}, []);
  if (schema.$ref)
    return ofSchema(document.components.schemas[schema.$ref.split("/").at(-1)!], document, depth + 1);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const some = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (some) return fc.oneof(...some.map((each) => ofSchema(each, document, depth + 1)));
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "object" || schema.properties) return ofObject(schema, document, depth);
  if (type === "array")
    return fc.array(ofSchema(schema.items ?? schema.prefixItems?.[0], document, depth + 1), { maxLength: 3 });
  return ofPlain(type, schema);
}

function ofPlain(
  type: string | undefined,
  { minimum = -5, maximum = 1_000_000, format }: Schema,
): fc.Arbitrary<unknown> {
  const least = Math.min(minimum, maximum);
  switch (type) {
    case "integer":
      return fc.integer({ min: Math.ceil(Math.max(least, -1e9)), max: Math.floor(Math.min(maximum, 1e9)) });
    case "number":
      return fc.double({ min: least, max: maximum, noNaN: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      if (format === "date-time") return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
      return fc.oneof(
        fc.constantFrom("A-1", "9.99", "EUR", "2026-11-01", "sku", "none"),
        fc.string({ maxLength: 30 }),
      );
  }
}

function ofObject(schema: Schema, document: OpenApi, depth: number): fc.Arbitrary<unknown> {
  const fields = Object.entries(schema.properties ?? {}).map(([name, inner]) => [
    name,
    ofSchema(inner, document, depth + 1),
  ]);
  const requiredKeys = (schema.required ?? []).filter((name) => schema.properties?.[name]);
  return fc.record(Object.fromEntries(fields), { requiredKeys } as never);
}

/** What no schema allows, or nearly none. */
const offSchema: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(...NAUGHTY, [], {}, [[]], { __proto__: 1, constructor: 2 }),
  fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue({ maxDepth: 2 })),
);

const asText = (value: unknown) => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

/** Requests to every operation of the document, by its schema and off it. */
export function requestsTo(document: OpenApi, leaveOut: readonly string[]): fc.Arbitrary<FuzzRequest> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .map(([method, operation]) => ({ name: `${method} ${path}`, method, path, operation }))
      .filter(({ name }) => !leaveOut.includes(name)),
  );
  return fc.constantFrom(...operations).chain(({ name, method, path, operation }) => {
    const [type = null] = Object.keys(operation.requestBody?.content ?? {});
    const schema = type === null ? undefined : operation.requestBody!.content[type]!.schema;
    const parameters = (operation.parameters ?? []).filter((each) => each.in !== "header");
    const valueFor = (parameter: { schema?: Schema }) =>
      fc.oneof(
        { weight: 3, arbitrary: ofSchema(parameter.schema, document) },
        { weight: 1, arbitrary: fc.constantFrom(...NAUGHTY) },
      );
    return fc
      .tuple(
        fc.tuple(...parameters.map(valueFor)),
        fc.array(fc.boolean(), { minLength: parameters.length, maxLength: parameters.length }),
        fc.oneof({ weight: 2, arbitrary: ofSchema(schema, document) }, { weight: 1, arbitrary: offSchema }),
      )
      .map(([values, used, body]) => {
        const query = new URLSearchParams();
        let filled = path;
        parameters.forEach((parameter, i) => {
          const value = asText(values[i]);
          if (parameter.in === "path")
            filled = filled.replace(`{${parameter.name}}`, encodeURIComponent(value) || "none");
          else if (used[i]) query.set(parameter.name, value);
        });
        const text =
          type === null
            ? null
            : type.includes("json") && !type.includes("ndjson")
              ? JSON.stringify(body)
              : asText(body);
        return {
          operation: name,
          method: method.toUpperCase(),
          path: query.size > 0 ? `${filled}?${query}` : filled,
          type,
          body: text,
        };
      });
  });
}
