import type { Context } from "hono";
import type { AppEnv } from "./context.ts";
import type { ApiDocument, Operation } from "./openapi.ts";

/** The API to read: every operation of the document, from our own assets, without a script. */
export function docsPage(c: Context<AppEnv>, document: ApiDocument): Response {
  return c.html(page(document)) as Response;
}

function page({ paths }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const byTag = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? "other");
  const links = [...byTag.keys()].map((tag) => `<a href="#${escapeHtml(tag)}">${escapeHtml(tag)}</a>`);
  const sections = [...byTag].map(
    ([tag, group]) =>
      `<h2 id="${escapeHtml(tag)}">${escapeHtml(tag)}</h2>` +
      group.map(({ path, method, operation }) => details(path, method, operation)).join(""),
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pricewright API</title><link rel="icon" href="/favicon.svg"><link rel="stylesheet" href="/docs.css"></head>
<body><main><h1>Pricewright API</h1>
<p>The same as a document for machines: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).</p>
<nav aria-label="Parts of the API">${links.join(" ")}</nav>${sections.join("")}</main></body>
</html>`;
}

function details(path: string, method: string, operation: Operation): string {
  const { summary = "", description, parameters = [], requestBody, responses = {} } = operation;
  const name = `<code>${method.toUpperCase()} ${escapeHtml(path)}</code> ${escapeHtml(summary)}`;
  const text = description === undefined ? "" : `<p>${escapeHtml(description)}</p>`;
  const parts = { parameters, "request body": requestBody, answers: responses };
  const shown = Object.entries(parts).filter(([, part]) => part && Object.keys(part).length > 0);
  const json = shown.map(
    ([title, part]) => `<h3>${title}</h3><pre>${escapeHtml(JSON.stringify(part, null, 1))}</pre>`,
  );
  return `<details id="${escapeHtml(operation.operationId)}"><summary>${name}</summary>${text}${json.join("")}</details>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character]!);
}
