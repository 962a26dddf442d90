import { words } from "../../format/words.ts";

/** What an override holds for. */
export function scopeText({ scope, key }: { scope: string; key?: string | undefined }): string {
  return scope === "global" ? "All products" : `${words(scope)} ${key ?? ""}`;
}
