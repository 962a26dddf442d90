import { afterEach, beforeEach } from "vitest";

/**
 * The tests of a file are the steps of one story on one install: after the first that fails, the others are left out
 * instead of each waiting for what will not come.
 */
let failed: string | null = null;

beforeEach((context) => {
  context.skip(failed !== null, `"${failed}" failed before it`);
});

afterEach(({ task }) => {
  if (task.result?.state === "fail") failed = task.name;
});
