/** The parts of a JSON schema that the API's description uses. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
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
}

type Content = Record<string, { schema?: Schema }>;

interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[];
  requestBody?: { required?: boolean; content: Content };
  responses?: Record<string, { content?: Content }>;
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

/** What scrapers, shops and approvers call: the whole API would be types that nobody here reads. */
const PATHS = [
  ...[
    "/api/ingest/",
    "/api/extract",
    "/api/match",
    "/api/price/",
    "/api/prices",
    "/api/products",
    "/api/offers",
  ],
  ...["/api/proposals", "/api/signals", "/api/runs", "/api/overrides", "/api/what-if", "/api/sources"],
];
const METHODS = ["get", "put", "post", "delete", "patch"];

const REF = "#/components/schemas/";

function nameOf(ref: string): string {
  return ref.slice(REF.length);
}

function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function union(types: readonly string[]): string {
  const unique = [...new Set(types)];
  return unique.length === 0 ? "never" : unique.join(" | ");
}

function objectType({ properties = {}, required = [], additionalProperties }: Schema): string {
  const fields = Object.entries(properties).map(
    ([name, schema]) =>
      `${keyOf(name)}${required.includes(name) ? "" : "?"}: ${union([typeOf(schema), ...(required.includes(name) ? [] : ["undefined"])])}`,
  );
  if (fields.length > 0) return `{ ${fields.join("; ")} }`;
  const values = typeof additionalProperties === "object" ? typeOf(additionalProperties) : "unknown";
  return `Record<string, ${values}>`;
}

function simpleType(type: string, schema: Schema): string {
  if (type === "object") return objectType(schema);
  if (type === "array" && schema.prefixItems) return `[${schema.prefixItems.map(typeOf).join(", ")}]`;
  if (type === "array") return `(${schema.items ? typeOf(schema.items) : "unknown"})[]`;
  if (type === "integer") return "number";
  return type;
}

/** A JSON schema as a TypeScript type. */
function typeOf(schema: Schema): string {
  if (schema.$ref) return `components["schemas"][${JSON.stringify(nameOf(schema.$ref))}]`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return union(schema.enum.map((value) => JSON.stringify(value)));
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return union(options.map(typeOf));
  if (schema.allOf) return schema.allOf.map((part) => `(${typeOf(part)})`).join(" & ");
  if (schema.type === undefined) return schema.properties ? objectType(schema) : "unknown";
  return union([schema.type].flat().map((type) => simpleType(type, schema)));
}

function contentType(content: Content): string {
  const kinds = Object.entries(content).map(
    ([mime, { schema }]) => `${JSON.stringify(mime)}: ${schema ? typeOf(schema) : "unknown"}`,
  );
  return `{ content: { ${kinds.join("; ")} } }`;
}

function parametersType(parameters: NonNullable<Operation["parameters"]>): string {
  const places = Map.groupBy(parameters, (one) => one.in);
  const fields = [...places].map(([place, ones]) => {
    const isOptional = ones.every(({ required }) => !required);
    const inner = ones.map(
      ({ name, required, schema }) =>
        `${keyOf(name)}${required ? "" : "?"}: ${schema ? typeOf(schema) : "string"}`,
    );
    return `${place}${isOptional ? "?" : ""}: { ${inner.join("; ")} }`;
  });
  return `{ ${fields.join("; ")} }`;
}

function operationType({ parameters = [], requestBody, responses = {} }: Operation): string {
  // every error is a problem: the default stands for all of them
  const answers = Object.entries(responses)
    .filter(([status]) => status === "default" || status.startsWith("2"))
    .map(([status, { content = {} }]) => `${status}: ${contentType(content)}`);
  const body = requestBody
    ? `requestBody${requestBody.required ? "" : "?"}: ${contentType(requestBody.content)}; `
    : "";
  return `{ parameters: ${parametersType(parameters)}; ${body}responses: { ${answers.join("; ")} } }`;
}

function isWanted(path: string): boolean {
  return PATHS.some((wanted) => path.startsWith(wanted));
}

/** The schemas that a text of types names, and those that these name, by name. */
function namedIn(text: string, schemas: Record<string, Schema>): Map<string, string> {
  const found = new Map<string, string>();
  const waiting = [text];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const [, name] of next.matchAll(/components\["schemas"\]\["([^"]+)"\]/g)) {
      if (found.has(name!) || !schemas[name!]) continue;
      const type = typeOf(schemas[name!]!);
      found.set(name!, type);
      waiting.push(type);
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The types of the client, from the API's description: one line for each operation and schema. */
export function printClientTypes({ paths, components }: OpenApiDocument): string {
  const lines = Object.entries(paths)
    .filter(([path]) => isWanted(path))
    .map(([path, operations]) => {
      const methods = METHODS.flatMap((method) => {
        const operation = operations[method];
        return operation ? [`    ${method}: ${operationType(operation)};`] : [];
      });
      return `  ${JSON.stringify(path)}: {\n${methods.join("\n")}\n  };`;
    });
  const schemas = [...namedIn(lines.join("\n"), components?.schemas ?? {})].map(
    ([name, type]) => `    ${keyOf(name)}: ${type};`,
  );
  return [
    "// Made from the API's description by `npm run client:types`; do not edit.",
    `export interface paths {\n${lines.join("\n")}\n}`,
    `export interface components {\n  schemas: {\n${schemas.join("\n")}\n  };\n}`,
    "",
  ].join("\n\n");
}
