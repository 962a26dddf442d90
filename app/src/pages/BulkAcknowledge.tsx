import { useMutation, useQueryClient } from "@tanstack/solid-query";
import type { InferRequestType } from "hono/client";
import { createSignal } from "solid-js";
import type { Signal } from "../../../domain/contract/market.ts";
import { answer, api } from "../api/client.ts";
import { ActionButton } from "../components/ActionButton.tsx";
import { toastDone, toastError } from "../components/toasts.tsx";
import { plural } from "../format/words.ts";
import type { ListAddress } from "../list/address.ts";
import type { List, ListAsked } from "../list/list.ts";
import type { Marks } from "../list/marks.ts";
import { keys } from "../queries/keys.ts";
import { missingRight, useMe } from "../queries/session.ts";

type Request = InferRequestType<typeof api.signals.acknowledge.$post>["json"];

/** Acknowledges a part after the other: a request takes so many at most. */
function useAcknowledgeMany(onProgress: (done: number) => void) {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: async (which: Request) => {
      let done = 0;
      for (;;) {
        const part = await answer(api.signals.acknowledge.$post({ json: which }));
        done += part.done;
        onProgress(done);
        if (part.remaining === 0 || part.done === 0) return done;
      }
    },
    onSuccess: (done) => toastDone(`${plural(done, "signal")} acknowledged`),
    onError: toastError,
    onSettled: () => {
      client.resetQueries({ queryKey: ["list", ...keys.signals] });
      client.invalidateQueries({ queryKey: ["product"], refetchType: "none" });
    },
  }));
}

interface BulkAcknowledgeProps {
  list: List<Signal>;
  address: ListAddress;
  marks: Marks;
}

/** Acknowledges the marked signals, or without marks all that the list has; the second click confirms "all". */
export function BulkAcknowledge(props: BulkAcknowledgeProps) {
  const me = useMe();
  const [done, setDone] = createSignal(0);
  const [isAsked, setAsked] = createSignal(false);
  const acknowledge = useAcknowledgeMany(setDone);
  const marked = () => props.marks.ids();
  const label = () => {
    if (marked().length > 0) return `Acknowledge ${marked().length} marked`;
    const all = `all ${props.list.total() ?? ""}`.trim();
    return isAsked() ? `Yes, acknowledge ${all}` : `Acknowledge ${all}…`;
  };
  const blocked = () => {
    if (acknowledge.isPending) return `${done()} acknowledged so far.`;
    if (props.list.rows().length === 0) return "There is none.";
    return (
      missingRight(me.data, "write") ??
      (props.address.value("status") === "open" ? null : "Only open signals can be acknowledged.")
    );
  };
  const send = () => {
    if (marked().length === 0 && !isAsked()) {
      setAsked(true);
      return;
    }
    const filter = props.address.asked() as ListAsked as NonNullable<Request["filter"]>;
    const which: Request = marked().length > 0 ? { ids: marked() } : { filter };
    setAsked(false);
    acknowledge.mutate(which, { onSettled: () => props.marks.clear() });
  };
  return (
    <ActionButton small disabledReason={blocked()} onClick={send}>
      {label()}
    </ActionButton>
  );
}
