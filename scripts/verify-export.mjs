// Verifies an export of the price ledger or the audit on any machine with Node 20 or newer, without a package:
//   curl -H "Authorization: Bearer $KEY" https://shop.example/api/audit/export?chain=ledger | node scripts/verify-export.mjs
// Says how many entries hold and the hash of the last, which has to be the head that the install shows; else which is
// the first that does not, and ends with 1.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";

/** JSON with one form per value: keys sorted by code unit, no spaces. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

function fail(seq, reason) {
  console.error(`entry ${seq}: ${reason}`);
  process.exit(1);
}

let count = 0;
let head = "0".repeat(64);
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === "") continue;
  let entry;
  try {
    entry = JSON.parse(line);
  } catch {
    fail(count + 1, "is not JSON");
  }
  const { hash, ...content } = entry;
  if (entry.seq !== ++count) fail(count, "is missing");
  if (entry.prevHash !== head) fail(entry.seq, "does not link to the entry before");
  if (createHash("sha256").update(canonical(content)).digest("hex") !== hash)
    fail(entry.seq, "content does not match its hash");
  head = hash;
}
console.log(`${count} entries hold, head ${head}`);
