import { env } from "cloudflare:workers";
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { database } from "../../db/database.ts";
import { identifyAddress } from "../../services/identity/identify.ts";
import {
  accessTrust,
  identifyService,
  looksLikeToken,
  serviceTrust,
  type TokenTrust,
  verifyAccess,
} from "../../services/identity/verify-token.ts";
import { addUser } from "./identity-support.ts";
import { call } from "./support.ts";

const ISSUER = "https://issuer.test";
const SHARED = new TextEncoder().encode(String(env.JWT_SHARED_KEY));
const now = Date.now();
const seconds = (ms: number) => Math.floor(ms / 1000);

interface Change {
  claims?: Record<string, unknown>;
  alg?: string;
  key?: CryptoKey | Uint8Array;
  kid?: string;
}

/** A token that is right in everything, changed as the test wants; a claim of undefined is left out. */
function token({ claims = {}, alg = "HS256", key = SHARED, kid }: Change = {}): Promise<string> {
  const payload = {
    ...{ iss: ISSUER, aud: "pricewright", sub: "warehouse", scope: "read ingest other" },
    ...{ iat: seconds(now), exp: seconds(now) + 300, ...claims },
  };
  return new SignJWT(payload).setProtectedHeader({ alg, ...(kid ? { kid } : {}) }).sign(key);
}

const ask = (bearer: string, method = "GET", path = "/api/auth/me", body?: unknown) =>
  call(method, path, body, { authorization: `Bearer ${bearer}` });

describe("a service's token under a shared key", () => {
  it("is who it says, with the scopes that it names and that there are", async () => {
    const bearer = await token();
    expect(await ask(bearer)).toMatchObject({
      ...{ status: 200, body: { kind: "service", id: "warehouse", scopes: ["ingest", "read"] } },
    });
    expect((await ask(bearer, "GET", "/api/products")).status).toBe(200);
    expect((await ask(bearer, "GET", "/api/users")).status).toBe(403);
    expect((await ask(bearer, "POST", "/api/auth/password", { current: "a", password: "b" })).status).toBe(
      403,
    );
  });

  it("may list its scopes, and without any may nothing", async () => {
    const listed = await token({ claims: { scope: undefined, scp: ["read"] } });
    expect((await ask(listed, "GET", "/api/products")).status).toBe(200);
    const none = await token({ claims: { scope: undefined } });
    expect((await ask(none, "GET", "/api/products")).status).toBe(403);
  });

  const refused: [string, Change][] = [
    ["of another issuer", { claims: { iss: "https://evil.test" } }],
    ["for somebody else", { claims: { aud: "another-service" } }],
    ["that is over", { claims: { exp: seconds(now) - 60 } }],
    ["without an end", { claims: { exp: undefined } }],
    ["that is not valid yet", { claims: { nbf: seconds(now) + 600 } }],
    ["without a subject", { claims: { sub: undefined } }],
    ["without an issuer", { claims: { iss: undefined } }],
    ["without an audience", { claims: { aud: undefined } }],
    ["under another key", { key: new TextEncoder().encode("x".repeat(40)) }],
    ["by another algorithm of the same kind", { alg: "HS512" }],
  ];
  it.each(refused)("%s is refused", async (_, change) => {
    const { status, body } = await ask(await token(change));
    expect([status, body.code]).toEqual([401, "unauthenticated"]);
  });

  it("without a signature, or changed, is refused", async () => {
    const claims = { iss: ISSUER, aud: "pricewright", sub: "warehouse", scope: "admin" };
    const none = new UnsecuredJWT(claims).setIssuedAt().setExpirationTime("5m").encode();
    expect((await ask(none)).status).toBe(401);
    const [head, , signature] = (await token()).split(".");
    const forged = btoa(JSON.stringify({ ...claims, exp: seconds(now) + 300 })).replaceAll("=", "");
    expect((await ask(`${head}.${forged}.${signature}`)).status).toBe(401);
    expect((await ask(`${await token()}${"a".repeat(9_000)}`)).status).toBe(401);
  });
});

describe("an issuer with published keys", () => {
  let trust: TokenTrust;
  let pair: CryptoKeyPair;

  beforeAll(async () => {
    pair = (await generateKeyPair("RS256", { extractable: true })) as CryptoKeyPair;
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: "k1", alg: "RS256" };
    const configured = serviceTrust({
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: "pricewright",
      JWT_JWKS_URL: "https://issuer.test/jwks",
    })!;
    trust = { ...configured, key: createLocalJWKSet({ keys: [jwk] }) };
  });

  it("is believed under its own key, and only by asymmetric algorithms", async () => {
    const right = await token({ alg: "RS256", key: pair.privateKey, kid: "k1" });
    expect((await identifyService(right, trust, now)).actor).toMatchObject({
      kind: "service",
      id: "warehouse",
    });
    // the public key, which everybody knows, used as if it were a shared one
    const confused = await token({
      key: new TextEncoder().encode(JSON.stringify(await exportJWK(pair.publicKey))),
      kid: "k1",
    });
    await expect(identifyService(confused, trust, now)).rejects.toMatchObject({ code: "unauthenticated" });
    const stranger = await generateKeyPair("RS256");
    const unknown = await token({ alg: "RS256", key: stranger.privateKey as CryptoKey, kid: "k2" });
    await expect(identifyService(unknown, trust, now)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  it("that cannot be reached is our trouble, not the caller's", async () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => {});
    const key = async () => {
      throw new TypeError("connection refused");
    };
    const right = await token({ alg: "RS256", key: pair.privateKey, kid: "k1" });
    await expect(identifyService(right, { ...trust, key }, now)).rejects.toMatchObject({
      ...{ code: "unavailable", retryAfter: 30 },
    });
    told.mockRestore();
  });

  it("may be Cloudflare Access, which vouches for a person of ours", async () => {
    await addUser("access@shop.test");
    const access = accessTrust({ ACCESS_TEAM_DOMAIN: "team.cloudflareaccess.com", ACCESS_AUDIENCE: "tag" })!;
    expect(access.issuer).toBe("https://team.cloudflareaccess.com");
    const claims = { iss: access.issuer, aud: "tag", email: "Access@Shop.test" };
    const local = { ...access, key: trust.key };
    const signed = await token({ alg: "RS256", key: pair.privateKey, kid: "k1", claims });
    const { email, expiresAt } = await verifyAccess(signed, local, now);
    const ctx = { d1: env.DB, db: database(env.DB), now };
    expect(await identifyAddress(ctx, email, expiresAt)).toMatchObject({
      actor: { kind: "user", email: "access@shop.test", role: "approver" },
      credential: { kind: "person", expiresAt: (seconds(now) + 300) * 1000 },
    });
    expect(await identifyAddress(ctx, "nobody@shop.test", expiresAt)).toBe(null);
    const elsewhere = await token({
      alg: "RS256",
      key: pair.privateKey,
      kid: "k1",
      claims: { ...claims, aud: "other" },
    });
    await expect(verifyAccess(elsewhere, local, now)).rejects.toMatchObject({ code: "unauthenticated" });
    const service = await token({
      alg: "RS256",
      key: pair.privateKey,
      kid: "k1",
      claims: { ...claims, email: undefined },
    });
    await expect(verifyAccess(service, local, now)).rejects.toMatchObject({ code: "unauthenticated" });
  });
});

it("nobody is trusted who is not configured", () => {
  const told = vi.spyOn(console, "error").mockImplementation(() => {});
  expect(serviceTrust({})).toBe(null);
  expect(serviceTrust({ JWT_ISSUER: ISSUER, JWT_AUDIENCE: "a", JWT_SHARED_KEY: "short" })).toBe(null);
  expect(told).toHaveBeenCalledOnce();
  told.mockRestore();
  expect(accessTrust({ ACCESS_TEAM_DOMAIN: "team.cloudflareaccess.com" })).toBe(null);
  expect(looksLikeToken("pwk_abc")).toBe(false);
});
