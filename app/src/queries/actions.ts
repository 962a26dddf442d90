import { useMutation, useQueryClient } from "@tanstack/solid-query";
import { toastDone, toastError } from "../components/toasts.tsx";
import type { KeyPrefix } from "./keys.ts";

/** A command on a row of a list: says how it ended, and reads the list again. */
export function useAction<Input, Answer>(
  key: KeyPrefix,
  send: (input: Input) => Promise<Answer>,
  done: (answer: Answer) => string,
) {
  return useCommand(key, send, done, toastError);
}

/** The same from a form, which shows itself why the command was refused. */
export function useFormAction<Input, Answer>(
  key: KeyPrefix,
  send: (input: Input) => Promise<Answer>,
  done: (answer: Answer) => string,
) {
  return useCommand(key, send, done, () => undefined);
}

function useCommand<Input, Answer>(
  key: KeyPrefix,
  send: (input: Input) => Promise<Answer>,
  done: (answer: Answer) => string,
  onError: (error: unknown) => void,
) {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: send,
    onSuccess: (answer: Answer) => {
      toastDone(done(answer));
      client.resetQueries({ queryKey: ["list", ...key] });
      // the list brings its count along
      client.invalidateQueries({ queryKey: key, predicate: ({ queryKey }) => !queryKey.includes("count") });
    },
    onError,
  }));
}
