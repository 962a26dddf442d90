import type { SignedSource } from "./hooks.ts";

/** An input that once held the Worker for seconds. */
export interface Costly {
  name: string;
  path: string;
  type: string;
  body: string;
  headers?: Record<string, string>;
}

const MEGABYTE = 1_000_000;

/** The inputs that cost the most: wide and long files, and one delivery under many signatures. */
export function costlyInputs({ id }: SignedSource): Costly[] {
  const csv = { path: "/api/import/products", type: "text/csv" };
  const columns = Array.from({ length: 60_000 }, (_, i) => `c${i}`).join(",");
  const claims = Array.from({ length: 330 }, (_, i) => `v1,${btoa(String(i).padStart(32, "x"))}`).join(" ");
  return [
    { name: "60,000 columns", ...csv, body: `sku,${columns}\nA-1${",x".repeat(60_000)}` },
    { name: "a cell of 10 MB", ...csv, body: `sku,title\nA-1,"${"x".repeat(10 * MEGABYTE)}"` },
    { name: "500,000 bad lines", ...csv, body: `sku,title\n${"?\n".repeat(500_000)}` },
    {
      ...{ name: "330 signatures", path: `/api/hooks/${id}`, type: "application/json" },
      body: JSON.stringify({ observations: [{ title: "x".repeat(900_000) }] }),
      headers: {
        "webhook-id": "costly",
        "webhook-timestamp": String(Math.floor(Date.now() / 1000)),
        "webhook-signature": claims,
        authorization: "",
      },
    },
  ];
}
