export * from "./tables/catalogue.ts";
export * from "./tables/chains.ts";
export * from "./tables/decisions.ts";
export * from "./tables/identity.ts";
export * from "./tables/ingest.ts";
export * from "./tables/market.ts";
export * from "./tables/operate.ts";
export * from "./tables/outgoing.ts";
