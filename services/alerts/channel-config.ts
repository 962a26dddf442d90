import { z } from "zod";
import type { VaultPort } from "../ports.ts";
import { openSealed, seal } from "../secrets/seal.ts";

const PURPOSE = "alert-channel";

/** What a channel needs to send; sealed as it is. */
const Config = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["slack", "teams", "discord"]), url: z.string() }),
  z.object({ kind: z.literal("telegram"), token: z.string(), chatId: z.string() }),
  z.object({ kind: z.literal("email"), to: z.array(z.string()) }),
  z.object({ kind: z.literal("webhook"), url: z.string(), secret: z.string() }),
]);
export type ChannelConfig = z.infer<typeof Config>;

type Vault = Pick<VaultPort, "secret">;

export function sealConfig(vault: Vault, config: ChannelConfig): Promise<string> {
  return seal(vault, PURPOSE, JSON.stringify(config));
}

export async function openConfig(vault: Vault, sealed: string): Promise<ChannelConfig> {
  return Config.parse(JSON.parse(await openSealed(vault, PURPOSE, sealed)));
}

const HINT_END = 4;

/** Enough of a channel's address to know it again, and nothing that lets anybody post to it. */
export function hintOf(config: ChannelConfig): string {
  switch (config.kind) {
    case "email":
      return config.to.join(", ");
    case "telegram":
      return `chat ${config.chatId}`;
    case "webhook":
      return config.url;
    default:
      return `${new URL(config.url).host}/…${config.url.slice(-HINT_END)}`;
  }
}
