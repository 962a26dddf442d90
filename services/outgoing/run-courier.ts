import { deliverChannel } from "../alerts/deliver-channel.ts";
import { routeAlerts } from "../alerts/route-alerts.ts";
import type { SendContext } from "./context.ts";
import { deliverEndpoint } from "./deliver-endpoint.ts";

/** Does what the courier of a target has to do. Answers when to come again (ms); null = when it is woken. */
export async function runCourier(ctx: SendContext, target: string): Promise<number | null> {
  const [kind, id = ""] = target.split(":", 2);
  switch (kind) {
    case "endpoint":
      return deliverEndpoint(ctx, id);
    case "alerts":
      return routeAlerts(ctx);
    case "channel":
      return deliverChannel(ctx, id);
    default:
      console.warn({ event: "courier.unknown_target", target });
      return null;
  }
}
