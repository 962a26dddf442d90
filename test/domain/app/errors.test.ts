import { describe, expect, it } from "vitest";
import { ApiError, describeError, errorOfResponse } from "../../../app/src/api/errors.ts";

describe("errorOfResponse", () => {
  it("reads a problem document with its field errors", () => {
    const error = errorOfResponse(
      422,
      {
        code: "invalid",
        detail: "bad form",
        errors: [{ path: "note", code: "too_big", message: "too long" }, 7],
      },
      null,
    );
    expect(error).toMatchObject({ status: 422, code: "invalid", message: "bad form", retryAfter: null });
    expect(error.errors).toEqual([{ path: "note", code: "too_big", message: "too long" }]);
  });

  it("keeps the status of an answer that is not a problem document", () => {
    expect(errorOfResponse(502, undefined, null)).toMatchObject({ status: 502, code: "http_502" });
    expect(errorOfResponse(502, "<html>", null).code).toBe("http_502");
  });
});

describe("describeError", () => {
  it("says how long to wait when there were too many requests", () => {
    expect(describeError(errorOfResponse(429, { code: "rate_limited" }, "12")).detail).toBe(
      "Try again in 12 s.",
    );
  });

  it("names the note that a HIGH risk change needs", () => {
    expect(describeError(new ApiError(422, "reason_required", "x")).detail).toContain(
      "at least 50 characters",
    );
  });

  it("shows the server's own words for an unknown code", () => {
    expect(describeError(new ApiError(409, "brand_new", "the moon is full")).detail).toBe("the moon is full");
  });

  it("lists the error of each field", () => {
    const error = new ApiError(422, "invalid", "x", {
      errors: [
        { path: "a.b", code: "c", message: "is missing" },
        { path: "", code: "c", message: "too many" },
      ],
    });
    expect(describeError(error).detail).toBe("a.b: is missing; too many");
  });

  it("describes a value that is not an error", () => {
    expect(describeError("boom").detail).toBe("boom");
  });
});
