/** How far a receiver has got: all up to `cursor` is done with, and so are the numbers in `ahead`. */
export interface Place {
  cursor: number;
  /** greater than the cursor, ascending */
  ahead: number[];
}

interface Numbered {
  seq: number;
  sku: string | null;
  subject: string;
}

/**
 * The events that may be sent side by side: the next ones, no two of them about the same SKU, so that each SKU's events
 * arrive in their order. What is done with is left out.
 */
export function nextWave<E extends Numbered>(waiting: readonly E[], place: Place, max: number): E[] {
  const done = new Set(place.ahead);
  const wave: E[] = [];
  const about = new Set<string>();
  for (const event of waiting) {
    if (event.seq <= place.cursor || done.has(event.seq)) continue;
    const key = event.sku ?? event.subject;
    if (wave.length === max || about.has(key)) break;
    about.add(key);
    wave.push(event);
  }
  return wave;
}

/**
 * The place after some more are done with: the cursor stands right before the first that is not.
 *
 * @param waiting the events that the receiver is to get, from the cursor on, ascending
 * @example
 * placeAfter({ cursor: 4, ahead: [] }, [{ seq: 5 }, { seq: 7 }, { seq: 9 }], [5, 9]) // { cursor: 6, ahead: [9] }
 */
export function placeAfter(
  { cursor, ahead }: Place,
  waiting: readonly { seq: number }[],
  done: readonly number[],
): Place {
  const all = new Set([...ahead, ...done]);
  const open = waiting.find(({ seq }) => seq > cursor && !all.has(seq));
  const next = open ? open.seq - 1 : (waiting.at(-1)?.seq ?? cursor);
  const moved = Math.max(cursor, next);
  return { cursor: moved, ahead: [...all].filter((seq) => seq > moved).sort((a, b) => a - b) };
}
