import fc from "fast-check";

/**
 * Properties run on the same cases each time, so that a change fails for what it changed. New cases are looked
 * for with PROPERTY_SEED=<integer>, or `random` for another one each time (`npm run test:properties`).
 */
const wanted = process.env.PROPERTY_SEED ?? "20260101";
if (wanted !== "random") fc.configureGlobal({ seed: Number(wanted) });
