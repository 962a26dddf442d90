import type { z } from "@hono/zod-openapi";
import { Problem } from "../domain/contract/answers.ts";
import type { newRouter } from "./context.ts";

/** A required JSON body. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { body: { required: true as const, content: { "application/json": { schema } } } };
}

/** One JSON answer. */
export function jsonAnswer<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** One problem+json answer; the description names its codes. */
export function problemAnswer(description: string) {
  return { description, content: { "application/problem+json": { schema: Problem } } };
}

/** The answers of a route with no special errors: one JSON answer, and problem+json for everything else. */
export function jsonReply<Status extends 200 | 201 | 202, T extends z.ZodType>(
  status: Status,
  schema: T,
  description: string,
) {
  return { [status]: jsonAnswer(schema, description), default: problemAnswer("error") } as {
    [K in Status]: ReturnType<typeof jsonAnswer<T>>;
  };
}

const HEAD = {
  openapi: "3.1.0",
  info: {
    title: "Pricewright",
    version: "0.1.0",
    description: "Price intelligence and dynamic pricing at the edge.",
  },
  servers: [{ url: "/" }],
  security: [{ apiKey: [] }, { session: [] }],
};

/** What every operation may answer beside its own answers. */
const ANY_PROBLEM = {
  description: "Any error, as RFC 9457 describes: `code` is stable",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

export interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: object[];
  requestBody?: object;
  responses?: object;
}

/** What our own page reads of the document; the rest is for other tools. */
export interface ApiDocument extends Record<string, unknown> {
  paths: Record<string, Record<string, Operation>>;
}

type Router = ReturnType<typeof newRouter>;

/** The API as an OpenAPI document, generated from the schemas that validate requests. */
export function describeApi(app: Router): ApiDocument {
  const document = app.getOpenAPI31Document(HEAD);
  const paths: ApiDocument["paths"] = {};
  const schemas = { ...document.components?.schemas } as Record<string, object>;
  for (const [path, operations] of Object.entries(document.paths ?? {}))
    paths[path] = Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [
        method,
        withNames(complete(method, path, operation), schemas),
      ]),
    );
  const securitySchemes = {
    apiKey: { type: "http", scheme: "bearer" },
    session: { type: "apiKey", in: "cookie", name: "pricewright" },
    signature: {
      ...{ type: "apiKey", in: "header", name: "webhook-signature" },
      description: "Standard Webhooks: HMAC-SHA256 of `id.timestamp.body` with the source's secret",
    },
  };
  return {
    ...document,
    paths,
    components: { ...document.components, schemas, securitySchemes },
  };
}

function complete(method: string, path: string, operation: Partial<Operation>): Operation {
  return {
    operationId: operationId(method, path),
    ...operation,
    responses: { default: ANY_PROBLEM, ...withCsv(operation.responses as Answers | undefined) },
  };
}

type Content = Record<string, { schema?: { $ref?: string } }>;
type Answers = Record<string, { content?: Content }>;

/**
 * The operation with its JSON body and answers referred to by name: those that have none are named after the operation
 * and added to `schemas`, so that generated clients have a type for each.
 */
function withNames(operation: Operation, schemas: Record<string, object>): Operation {
  const { operationId: id } = operation;
  const prefix = id[0]!.toUpperCase() + id.slice(1);
  const body = operation.requestBody as { content?: Content } | undefined;
  const named = <T extends { content?: Content }>(message: T, name: string): T => {
    const json = message.content?.["application/json"];
    if (!json?.schema || json.schema.$ref) return message;
    schemas[name] = json.schema;
    const schema = { $ref: `#/components/schemas/${name}` };
    return { ...message, content: { ...message.content, "application/json": { ...json, schema } } };
  };
  const answers = Object.entries(operation.responses as Answers).map(([status, answer]) => {
    const name = `${prefix}Answer`;
    // a second answer without a name is told apart by its status
    return [status, named(answer, name in schemas ? name + status : name)];
  });
  return {
    ...operation,
    ...(body && { requestBody: named(body, `${prefix}Body`) }),
    responses: Object.fromEntries(answers),
  };
}

/** Every list can be had as CSV: see middleware/csv-export.ts. */
function withCsv(answers: Answers | undefined): Answers | undefined {
  const content = answers?.["200"]?.content;
  if (!content?.["application/json"]?.schema?.$ref?.endsWith("Page")) return answers;
  const csv = { schema: { type: "string", description: "the whole list" } };
  return { ...answers, "200": { ...answers?.["200"], content: { ...content, "text/csv": csv } } } as Answers;
}

/** `get /api/products/{sku}/offers` → `getProductsSkuOffers`. */
function operationId(method: string, path: string): string {
  const words = path.replace(/^\/api/, "").match(/[a-z0-9]+/gi) ?? [];
  return method + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
}
