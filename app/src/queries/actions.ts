import { useMutation, useQueryClient } from "@tanstack/solid-query";
import { toastDone, toastError } from "../components/toasts.tsx";
import type { KeyPrefix } from "./keys.ts";

/** A command on a row of a list: says how it ended, and puts the list's count out of date. */
export function useAction<Input, Answer>(
  key: KeyPrefix,
  send: (input: Input) => Promise<Answer>,
  done: (answer: Answer) => string,
) {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: send,
    onSuccess: (answer: Answer) => {
      toastDone(done(answer));
      client.resetQueries({ queryKey: ["list", ...key] });
    },
    onError: toastError,
  }));
}
