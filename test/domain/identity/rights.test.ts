import { describe, expect, it } from "vitest";
import { type Actor, actorLabel, may, ROLE_SCOPES, ROLES, SCOPES } from "../../../domain/identity/rights.ts";

function person(role: (typeof ROLES)[number]): Actor {
  return { kind: "user", id: "u", email: "ada@shop.test", name: "Ada", role, scopes: ROLE_SCOPES[role] };
}

describe("rights", () => {
  it.each([
    ["viewer", "read"],
    ["analyst", "read write"],
    ["approver", "read write approve"],
    ["admin", "ingest read write approve admin"],
  ] as const)("of a %s are: %s", (role, scopes) => {
    const allowed = SCOPES.filter((scope) => may(person(role), scope));
    expect(allowed.join(" ")).toBe(scopes);
  });

  it("of a role include those of the roles before it", () => {
    for (const [i, role] of ROLES.slice(1).entries())
      for (const scope of ROLE_SCOPES[ROLES[i]!]) expect(may(person(role), scope)).toBe(true);
  });

  it("of a key are its scopes, and all with admin", () => {
    const key = (scopes: Actor["scopes"]): Actor => ({ kind: "key", id: "k", name: "feed", scopes });
    expect(may(key(["ingest"]), "ingest")).toBe(true);
    expect(may(key(["ingest"]), "read")).toBe(false);
    expect(SCOPES.every((scope) => may(key(["admin"]), scope))).toBe(true);
  });
});

describe("an actor's label", () => {
  it.each<[Actor, string]>([
    [person("admin"), "user:ada@shop.test"],
    [{ kind: "key", id: "k", name: "feed", scopes: [] }, "key:feed"],
    [{ kind: "source", id: "scraper", scopes: [] }, "source:scraper"],
    [{ kind: "system", job: "night", scopes: [] }, "system:night"],
  ])("says what kind it is and who (%#)", (actor, label) => {
    expect(actorLabel(actor)).toBe(label);
  });
});
