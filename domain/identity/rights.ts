/** The roles of people; each may do all that the ones before it may. */
export const ROLES = ["viewer", "analyst", "approver", "admin"] as const;
export type Role = (typeof ROLES)[number];

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

/** Whoever acts: a person, a key, a signing source, or the system's own job. */
export type Actor =
  | { kind: "user"; id: string; email: string; name: string; scopes: readonly Scope[]; role: Role }
  | { kind: "key"; id: string; name: string; scopes: readonly Scope[] }
  | { kind: "source"; id: string; scopes: readonly Scope[] }
  | { kind: "system"; job: string; scopes: readonly Scope[] };

/** The actor's name in the ledger and the audit: `user:ada@example.com`, `key:nightly`, `system:import`. */
export function actorLabel(actor: Actor): string {
  switch (actor.kind) {
    case "user":
      return `user:${actor.email}`;
    case "key":
      return `key:${actor.name}`;
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
