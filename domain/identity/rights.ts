/** The roles of people; each may do all that the ones before it may. */
export const ROLES = ["viewer", "analyst", "approver", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** What a one-time link is for: to join, or to choose a new password. */
export const LINK_KINDS = ["invitation", "reset"] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

/** What a key may do. */
export const SCOPES = ["ingest", "read", "write", "approve", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** What each role may do. */
export const ROLE_SCOPES = {
  viewer: ["read"],
  analyst: ["read", "write"],
  approver: ["read", "write", "approve"],
  admin: ["ingest", "read", "write", "approve", "admin"],
} as const satisfies Record<Role, readonly Scope[]>;

/** Whoever acts: a person, a key, a service with a signed token, a signing source, or the system's own job. */
export type Actor =
  | { kind: "user"; id: string; email: string; name: string; scopes: readonly Scope[]; role: Role }
  | { kind: "key"; id: string; name: string; scopes: readonly Scope[]; sources?: readonly string[] | null }
  | { kind: "service"; id: string; scopes: readonly Scope[] }
  | { kind: "source"; id: string; scopes: readonly Scope[] }
  | { kind: "system"; job: string; scopes: readonly Scope[] };

/**
 * The actor's name in the ledger and the audit: `user:ada@example.com`, `key:nightly`, `system:import`. An address or a
 * key's name is never given a second time, so that it means one person or one key for ever.
 */
export function actorLabel(actor: Actor): string {
  switch (actor.kind) {
    case "user":
      return `user:${actor.email}`;
    case "key":
      return `key:${actor.name}`;
    case "service":
      return `service:${actor.id}`;
    case "source":
      return `source:${actor.id}`;
    case "system":
      return `system:${actor.job}`;
  }
}

/** The id of the person, key or source that acts; null for the system's own jobs. */
export function actorId(actor: Actor): string | null {
  return actor.kind === "system" ? null : actor.id;
}

/** Whether the actor has the scope; `admin` has every one. */
export function may(actor: Actor, scope: Scope): boolean {
  return actor.scopes.includes(scope) || actor.scopes.includes("admin");
}

/**
 * What a caller showed. It may end while a connection is open: `expiresAt` (ms) is when it ends by itself, null if it
 * does not; the rest can be revoked.
 */
export interface Credential {
  kind: "session" | "key" | "token" | "person";
  /** of the session, the key, the service, or (Cloudflare Access) the person */
  id: string;
  expiresAt: number | null;
}

/** Who calls, and with what. */
export interface Caller {
  actor: Actor;
  credential: Credential;
}
