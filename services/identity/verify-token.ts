import { createRemoteJWKSet, errors, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from "jose";
import type { Env } from "../../db/env.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/base/time.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { type Caller, SCOPES } from "../../domain/identity/rights.ts";

/** Clocks of signers differ by so many seconds. */
const CLOCK_TOLERANCE = 30;
const SHARED_KEY_BYTES_MIN = 32;
/** A token is three parts of base64url; an API key has no dots. */
const TOKEN_FORM = /^[\w-]+\.[\w-]+\.[\w-]*$/;
const TOKEN_LENGTH_MAX = 8_000;

/** A signer's keys and what its tokens have to say. The algorithms are ours to choose, never the token's. */
export interface TokenTrust {
  issuer: string;
  audience: string;
  algorithms: string[];
  key: Uint8Array | JWTVerifyGetKey;
}

type Configuration = Pick<
  Env,
  "JWT_ISSUER" | "JWT_AUDIENCE" | "JWT_JWKS_URL" | "JWT_SHARED_KEY" | "ACCESS_TEAM_DOMAIN" | "ACCESS_AUDIENCE"
>;

const remoteKeys = new Map<string, JWTVerifyGetKey>();

/** Whether a bearer has the form of a signed token. */
export function looksLikeToken(bearer: string): boolean {
  return TOKEN_FORM.test(bearer);
}

/** Whom this install trusts to sign services' tokens; null if nobody is configured. */
export function serviceTrust(env: Configuration): TokenTrust | null {
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWT_JWKS_URL: url, JWT_SHARED_KEY: shared } = env;
  if (!issuer || !audience) return null;
  if (url) return { issuer, audience, algorithms: ["RS256", "PS256", "ES256", "EdDSA"], key: keysAt(url) };
  const key = new TextEncoder().encode(shared ?? "");
  if (key.length >= SHARED_KEY_BYTES_MIN) return { issuer, audience, algorithms: ["HS256"], key };
  console.error({
    event: "jwt.no_key",
    reason: `set JWT_JWKS_URL, or JWT_SHARED_KEY of at least ${SHARED_KEY_BYTES_MIN} bytes`,
  });
  return null;
}

/** Cloudflare Access of this install's team; null if it is not configured. */
export function accessTrust(env: Configuration): TokenTrust | null {
  const { ACCESS_TEAM_DOMAIN: domain, ACCESS_AUDIENCE: audience } = env;
  if (!domain || !audience) return null;
  const issuer = `https://${domain.replace(/^https:\/\//, "").replace(/\/$/, "")}`;
  return { issuer, audience, algorithms: ["RS256"], key: keysAt(`${issuer}/cdn-cgi/access/certs`) };
}

/** The keys that a signer publishes: kept for ten minutes, and read again for an unknown one twice a minute at most. */
function keysAt(url: string): JWTVerifyGetKey {
  let keys = remoteKeys.get(url);
  if (!keys) {
    keys = createRemoteJWKSet(new URL(url), {
      cacheMaxAge: 10 * MINUTE_MS,
      cooldownDuration: MINUTE_MS / 2,
      timeoutDuration: 5 * SECOND_MS,
    });
    remoteKeys.set(url, keys);
  }
  return keys;
}

/**
 * The service behind a signed token: its subject, with the scopes that the token names.
 * @throws ProblemError `unauthenticated` if it is not valid here and now, `unavailable` if the signer's keys cannot be read
 */
export async function identifyService(token: string, trust: TokenTrust, now: number): Promise<Caller> {
  const claims = await verified(token, trust, now, ["exp", "iat", "sub"]);
  const named = typeof claims.scope === "string" ? claims.scope.split(" ") : claims.scp;
  const scopes = SCOPES.filter((scope) => Array.isArray(named) && named.includes(scope));
  const id = String(claims.sub).slice(0, 200);
  return {
    actor: { kind: "service", id, scopes },
    credential: { kind: "token", id, expiresAt: Number(claims.exp) * SECOND_MS },
  };
}

/**
 * The address that Cloudflare Access vouches for, and until when (ms).
 * @throws ProblemError as `identifyService`
 */
export async function verifyAccess(
  token: string,
  trust: TokenTrust,
  now: number,
): Promise<{ email: string; expiresAt: number }> {
  const { email, exp } = await verified(token, trust, now, ["exp", "email"]);
  if (typeof email !== "string") throw refused("it names no address");
  return { email, expiresAt: Number(exp) * SECOND_MS };
}

async function verified(token: string, trust: TokenTrust, now: number, requiredClaims: string[]) {
  if (token.length > TOKEN_LENGTH_MAX) throw refused("it is too long");
  const { issuer, audience, algorithms, key } = trust;
  const options: JWTVerifyOptions = {
    ...{ issuer, audience, algorithms, requiredClaims },
    ...{ clockTolerance: CLOCK_TOLERANCE, currentDate: new Date(now) },
  };
  try {
    // the two overloads differ by the kind of key only
    const { payload } =
      typeof key === "function" ? await jwtVerify(token, key, options) : await jwtVerify(token, key, options);
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError && error.code !== errors.JWKSTimeout.code) {
      // a key set that is not one, or not there
      if (error.code === errors.JOSEError.code || error.code === errors.JWKSInvalid.code) throw noKeys(error);
      throw refused(error.message);
    }
    throw noKeys(error);
  }
}

function refused(why: string): ProblemError {
  return new ProblemError("unauthenticated", `the token is not valid here: ${why}`);
}

function noKeys(error: unknown): ProblemError {
  console.error({ event: "jwt.keys_unreachable", error: String(error) });
  return new ProblemError("unavailable", "the keys of the token's issuer cannot be read", { retryAfter: 30 });
}
