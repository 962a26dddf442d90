import type { SendContext } from "./context.ts";
import { deliverEndpoint } from "./deliver-endpoint.ts";

/** Does what the courier of a target has to do. Answers when to come again (ms); null = when it is woken. */
export async function runCourier(ctx: SendContext, target: string): Promise<number | null> {
  const [kind, id] = target.split(":", 2);
  if (kind === "endpoint" && id) return deliverEndpoint(ctx, id);
  console.warn({ event: "courier.unknown_target", target });
  return null;
}
