import { MutationCache, QueryCache, QueryClient } from "@tanstack/solid-query";
import { ApiError } from "../api/errors.ts";
import { keys } from "./keys.ts";

const RETRIES_MAX = 2;
const STALE_AFTER_MS = 30_000;

/** Whether asking again may help: the server did not answer, or failed. */
function isTransient(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}

/** The cache of all queries. An answer 401 to any of them ends the session, which leads to the sign-in page. */
export function makeQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (error instanceof ApiError && error.code === "unauthenticated") client.setQueryData(keys.me, null);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: STALE_AFTER_MS,
        retry: (failures, error) => failures < RETRIES_MAX && isTransient(error),
      },
      mutations: { retry: false },
    },
  });
  return client;
}
