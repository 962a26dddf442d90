/** Frames that a socket may have before it has said that it read them. */
export const UNREAD_FRAMES_MAX = 32;
/** A socket that reads nothing for so long is closed, ms: it can come back and read the lists. */
export const UNREAD_FOR_MS = 120_000;

/** How far a socket that acknowledges frames has read. One that never does is sent everything. */
export interface SocketPace {
  /** newest frame that it has read; null = it does not say */
  read: number | null;
  /** newest frame that it was sent */
  sent: number;
  /** since when frames have been left out, ms; null = none was */
  behindSince: number | null;
}

export function newPace(sent: number): SocketPace {
  return { read: null, sent, behindSince: null };
}

/** What to do with a frame, and where that leaves the socket: in place, since this runs for every socket and frame. */
export function offerFrame(pace: SocketPace, seq: number, now: number): "send" | "skip" | "close" {
  if (pace.read === null || (pace.behindSince === null && pace.sent - pace.read < UNREAD_FRAMES_MAX)) {
    pace.sent = seq;
    return "send";
  }
  pace.behindSince ??= now;
  return now - pace.behindSince >= UNREAD_FOR_MS ? "close" : "skip";
}

/**
 * Takes an acknowledgement. Answers whether the socket is to be told to read its lists again: it has read all that it was
 * sent, and was sent less than there was. `seq`: the newest frame there is.
 */
export function takeRead(pace: SocketPace, read: number, seq: number): boolean {
  if (!Number.isSafeInteger(read) || read > pace.sent) return false;
  pace.read = Math.max(read, pace.read ?? 0);
  if (pace.behindSince === null || pace.read < pace.sent) return false;
  pace.behindSince = null;
  pace.sent = seq;
  return true;
}

/** The acknowledgement in a socket's message, or null if it is none. */
export function readOf(message: unknown): number | null {
  const found = typeof message === "string" ? /^\{"read":(\d{1,16})\}$/.exec(message) : null;
  return found === null ? null : Number(found[1]);
}
