import { A } from "@solidjs/router";
import { EmptyState } from "../components/states.tsx";
import { paths } from "../paths.ts";

export function NotFoundPage() {
  return (
    <main class="page">
      <h1>Page not found</h1>
      <EmptyState
        title="There is nothing at this address."
        action={
          <A class="button" href={paths.approvals()}>
            Go to Approvals
          </A>
        }
      />
    </main>
  );
}
