import { env } from "cloudflare:workers";
import { scrypt } from "@noble/hashes/scrypt.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { fetchRaw } from "./back-support.ts";

export const PASSWORD = "correct horse battery";

/** The password at scrypt's least cost: what a sign-in costs is not what these tests are about. */
const CHEAP_HASH = (() => {
  const salt = new Uint8Array(16).fill(7);
  const hash = scrypt(PASSWORD, salt, { N: 2, r: 1, p: 1, dkLen: 32 });
  return ["scrypt", 2, 1, 1, bytesToHex(salt), bytesToHex(hash)].join("$");
})();

/** A person with the password above. */
export async function addUser(email: string, active = 1): Promise<string> {
  const id = `usr_${email}`;
  const insert = env.DB.prepare(
    `INSERT INTO users (id, email, name, role, password_hash, active, created_at)
     VALUES (?1, ?2, 'Ada', 'approver', ?3, ?4, 0)`,
  );
  await insert.bind(id, email, CHEAP_HASH, active).run();
  return id;
}

let networks = 0;

/** A network that nobody has used before: the brake counts by it. */
export function newNetwork(): string {
  networks++;
  return `198.51.${Math.floor(networks / 250)}.${networks % 250}`;
}

/** Signs in, from a network of its own unless said otherwise. */
export async function postSignIn(
  email: string,
  password: string,
  headers: Record<string, string> = {},
  code?: string,
) {
  const response = await fetchRaw("/api/auth/sign-in", {
    method: "POST",
    headers: { "content-type": "application/json", "cf-connecting-ip": newNetwork(), ...headers },
    body: JSON.stringify({ email, password, ...(code === undefined ? {} : { code }) }),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body, headers: response.headers };
}

/** The cookies that an answer sets, as a browser sends them back. */
export function cookiesOf(headers: Headers): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0]!)
    .join("; ");
}

/** The cookie with which the browser says that its person has signed in from it before. */
export function deviceOf(headers: Headers): string {
  return cookiesOf(headers)
    .split("; ")
    .find((cookie) => cookie.includes("-device="))!;
}
