import { createSignal } from "solid-js";

/** Rows that a person marked, to do something with all of them. */
export interface Marks {
  ids: () => string[];
  has: (id: string) => boolean;
  toggle: (id: string) => void;
  /** marks all from the last row that was marked to this one */
  extend: (id: string, order: readonly string[]) => void;
  clear: () => void;
}

export function createMarks(): Marks {
  const [marked, setMarked] = createSignal<ReadonlySet<string>>(new Set());
  let last: string | undefined;
  return {
    ids: () => [...marked()],
    has: (id) => marked().has(id),
    toggle: (id) => {
      last = id;
      const next = new Set(marked());
      if (!next.delete(id)) next.add(id);
      setMarked(next);
    },
    extend: (id, order) => {
      const [from, to] = [order.indexOf(last ?? id), order.indexOf(id)].sort((a, b) => a - b) as [
        number,
        number,
      ];
      setMarked(new Set([...marked(), ...order.slice(Math.max(0, from), to + 1)]));
      last = id;
    },
    clear: () => setMarked(new Set()),
  };
}
