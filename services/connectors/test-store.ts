import { StoreFault } from "../../domain/connectors/exchange.ts";
import { readSettings } from "../settings/settings.ts";
import { ask, noteContact, openLink, PassOver, type StoreContext } from "./store-link.ts";
import { readStore } from "./stores.ts";

/** What a store answered to a first question, and what does not go together. */
export interface StoreTest {
  ok: boolean;
  name: string | null;
  currency: string | null;
  pricesIncludeTax: boolean | null;
  problems: string[];
}

const TAX = { true: "with", false: "without" } as const;

/** Asks a store who it is. Nothing is written, there or here. @throws ProblemError `not_found` */
export async function testStore(ctx: StoreContext, id: string): Promise<StoreTest> {
  const store = await readStore(ctx.db, id);
  const { settings } = await readSettings(ctx.d1);
  const none = { name: null, currency: null, pricesIncludeTax: null };
  try {
    const link = await openLink(ctx, store);
    try {
      const [facts] = await ask(ctx, link, link.adapter.facts());
      const { name, currency, pricesIncludeTax } = facts!;
      const problems = [
        ...(currency !== null && currency !== link.currency
          ? [`its prices are in ${currency}, and the connection says ${link.currency}`]
          : []),
        ...(pricesIncludeTax !== null && pricesIncludeTax !== settings.pricesIncludeTax
          ? [
              `its prices are ${TAX[`${pricesIncludeTax}`]} tax, and ours are ${TAX[`${settings.pricesIncludeTax}`]}`,
            ]
          : []),
      ];
      return { ok: problems.length === 0, name, currency, pricesIncludeTax, problems };
    } finally {
      await noteContact(ctx, link);
    }
  } catch (error) {
    if (!(error instanceof StoreFault || error instanceof PassOver)) throw error;
    return { ok: false, ...none, problems: [error.message] };
  }
}
