import { describe, expect, it } from "vitest";
import { apiUrl, queryString } from "../../../app/src/api/urls.ts";
import { paths, safeNext } from "../../../app/src/paths.ts";

describe("addresses", () => {
  it("escapes what comes from data", () => {
    expect(paths.product("A/1 ü")).toBe("/products/A%2F1%20%C3%BC");
    expect(apiUrl.offers("A/1")).toBe("/api/products/A%2F1/offers");
    expect(apiUrl.decide("p?1", "approve")).toBe("/api/proposals/p%3F1/approve");
  });

  it("leaves out what is not set", () => {
    expect(queryString({ status: "pending", risk: undefined, q: "", limit: 0 })).toBe(
      "?status=pending&limit=0",
    );
    expect(queryString({})).toBe("");
    expect(apiUrl.live()).toBe("/api/live");
    expect(apiUrl.live(1_795_230_000_000_001)).toBe("/api/live?since=1795230000000001");
  });
});

describe("safeNext", () => {
  it.each([
    ["/signals?status=open", "/signals?status=open"],
    [undefined, "/approvals"],
    ["https://evil.example", "/approvals"],
    ["//evil.example", "/approvals"],
    ["/\\evil.example", "/approvals"],
  ])("%s leads to %s", (next, path) => {
    expect(safeNext(next)).toBe(path);
  });

  it("is what the sign-in address carries", () => {
    expect(paths.signIn("/products?q=a b")).toBe("/sign-in?next=%2Fproducts%3Fq%3Da%20b");
  });
});
