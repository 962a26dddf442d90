declare namespace Cloudflare {
  interface Env extends Readonly<import("../../db/env.ts").Env> {
    TEST_MIGRATIONS: import("cloudflare:test").D1Migration[];
  }
  interface GlobalProps {
    mainModule: typeof import("../../worker/index.ts");
  }
}
