import { Scalar } from "@scalar/hono-api-reference";
import type { Context } from "hono";
import type { AppEnv } from "./context.ts";
import type { ApiDocument, Operation } from "./openapi.ts";

const scalar = Scalar<AppEnv>({ url: "/openapi.json", pageTitle: "Pricewright API" });
const MOUNT = '<div id="app"></div>';

/** Scalar's reference; without internet its script cannot load, and a plain list of operations stays. */
export async function docsPage(c: Context<AppEnv>, document: ApiDocument): Promise<Response> {
  const page = await scalar(c, async () => {});
  const html = page === undefined ? MOUNT : await page.text();
  return c.html(html.replace(MOUNT, () => MOUNT + plainReference(document)));
}

const STYLE = `#app:not(:empty) + #plain { display: none }
#plain { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }
#plain pre { overflow-x: auto; font-size: 0.85rem }`;

function plainReference({ paths }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const byTag = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? "other");
  const sections = [...byTag].map(
    ([tag, group]) =>
      `<h2>${escapeHtml(tag)}</h2>${group.map(({ path, method, operation }) => details(path, method, operation)).join("")}`,
  );
  return `<main id="plain"><style>${STYLE}</style><h1>Pricewright API</h1>${sections.join("")}</main>`;
}

function details(path: string, method: string, operation: Operation): string {
  const { summary = "", description, parameters = [], requestBody, responses = {} } = operation;
  const name = `<code>${method.toUpperCase()} ${escapeHtml(path)}</code> ${escapeHtml(summary)}`;
  const text = description === undefined ? "" : `<p>${escapeHtml(description)}</p>`;
  const parts = { parameters, requestBody, responses };
  const shown = Object.entries(parts).filter(([, part]) => part && Object.keys(part).length > 0);
  const json = shown.map(
    ([title, part]) => `<h4>${title}</h4><pre>${escapeHtml(JSON.stringify(part, null, 1))}</pre>`,
  );
  return `<details><summary>${name}</summary>${text}${json.join("")}</details>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character]!);
}
