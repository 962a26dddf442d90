import { createContext, useContext } from "solid-js";

/** What an opened proposal knows of the list it was opened from. */
export interface Queue {
  backHref(): string;
  /** a pending proposal other than this one, to go on with */
  next(id: string): string | undefined;
  hrefOf(id: string): string;
}

export const QueueContext = createContext<Queue>();

export function useQueue(): Queue {
  const queue = useContext(QueueContext);
  if (!queue) throw new Error("useQueue outside of the approvals page");
  return queue;
}
