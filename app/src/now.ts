import { createSignal } from "solid-js";

const TICK_MS = 10_000;
const [now, setNow] = createSignal(Date.now());
setInterval(() => setNow(Date.now()), TICK_MS);

/** The present (ms), moving every ten seconds: what ages and time-outs on the page are measured against. */
export { now };
