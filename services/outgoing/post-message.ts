import { SECOND_MS } from "../../domain/base/time.ts";
import { type Outcome, outcomeOf, retryAfterMs } from "../../domain/outgoing/tries.ts";
import { addressProblem } from "./address.ts";
import type { SendContext } from "./context.ts";

/** Long enough for a busy receiver: what is given up after its answer is on the way is sent twice. */
const TIMEOUT_MS = 20 * SECOND_MS;
/** Characters of an answer that are kept to explain a failure. */
const ANSWER_LENGTH_MAX = 300;

/** What became of one request. */
export interface Sent {
  outcome: Outcome;
  /** of the answer; null = there was none */
  status: number | null;
  error: string | null;
  /** how long it took */
  ms: number;
  /** what the receiver asked to wait, ms */
  askedMs: number | null;
}

interface Outgoing {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** Posts a message, once; a failure is an answer, not an error. Redirects are not followed: they may lead anywhere. */
export async function postMessage(
  { clock, allowLoopback }: Pick<SendContext, "clock" | "allowLoopback">,
  { url, headers, body }: Outgoing,
): Promise<Sent> {
  const at = clock();
  const none = { status: null, askedMs: null };
  const refused = addressProblem(url, allowLoopback);
  if (refused !== null) return { ...none, outcome: "failed", error: refused, ms: 0 };
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "user-agent": "Pricewright", ...headers },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const outcome = outcomeOf(answer.status);
    const text = await beginningOf(answer);
    const error = outcome === "delivered" ? null : `${answer.status} ${text}`.trim();
    const askedMs = retryAfterMs(answer.headers.get("retry-after"), clock());
    return { outcome, status: answer.status, error, ms: clock() - at, askedMs };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ...none, outcome: "failed", error: message.slice(0, ANSWER_LENGTH_MAX), ms: clock() - at };
  }
}

/** The first characters of an answer, however long it is; the rest is not read. */
async function beginningOf(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  if (!reader) return "";
  const decoder = new TextDecoder();
  let text = "";
  while (text.length < ANSWER_LENGTH_MAX) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text.slice(0, ANSWER_LENGTH_MAX);
}
