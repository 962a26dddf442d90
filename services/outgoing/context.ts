import type { ServiceContext } from "../context.ts";
import type { VaultPort } from "../ports.ts";

/** What verbs work with that send something out. They wait for others, so that they look at the clock as they go. */
export interface SendContext extends ServiceContext {
  vault: Pick<VaultPort, "secret">;
  /** ms */
  clock(): number;
  /** on a developer's machine: this machine itself may be an address, also without HTTPS */
  allowLoopback: boolean;
}
