import { MutationCache, QueryCache, QueryClient } from "@tanstack/solid-query";
import { ApiError } from "../api/errors.ts";
import { keys } from "./keys.ts";

const RETRIES_MAX = 2;
const STALE_AFTER_MS = 30_000;

/** A refusal stays a refusal; only a missing or failing server is worth asking again. */
function isTransient(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}

/**
 * The cache of everything read. An answer 401 anywhere ends the session here, which leads to the sign-in
 * page.
 */
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
