import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type OpenApiDocument, printClientTypes } from "./client-types/print.ts";

/** Writes the client's types from the description of a running install: `npm run client:types [-- <address>]`. */
const url = new URL("/openapi.json", process.argv[2] ?? "http://localhost:8787");
const answer = await fetch(url);
if (!answer.ok) throw new Error(`${url} answered ${answer.status}: start the install first (npm start)`);
const target = join(import.meta.dirname, "../clients/typescript/api.ts");
writeFileSync(target, printClientTypes((await answer.json()) as OpenApiDocument));
console.log(`wrote ${target}`);
