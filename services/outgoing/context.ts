import type { ServiceContext } from "../context.ts";
import type { CourierPort, VaultPort } from "../ports.ts";

/** Who carries the install's mails. */
export interface MailService {
  kind: "api" | "smtp";
  url: string;
  token: string | null;
  /** `Pricewright <alerts@shop.example>` */
  from: string;
}

/** What verbs work with that send something out. They wait for others, so that they look at the clock as they go. */
export interface SendContext extends ServiceContext {
  vault: Pick<VaultPort, "secret">;
  /** ms */
  clock(): number;
  /** on a developer's machine: this machine itself may be an address, also without HTTPS */
  allowLoopback: boolean;
  couriers: CourierPort;
  /** the dashboard's address, for links; null = not known */
  appUrl: string | null;
  /** `isKept`: without a service mails are kept, to be read in the dashboard */
  mail: { service: MailService | null; isKept: boolean };
}
