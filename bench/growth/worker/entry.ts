import type { Env } from "../../../db/env.ts";
import { SECOND_MS } from "../../../domain/base/time.ts";
import { Inbox as RealInbox } from "../../../durable/inbox.ts";
import { portsOf } from "../../../durable/ports.ts";
import { SignInGate as RealSignInGate } from "../../../durable/sign-in-gate.ts";
import { SkuShard as RealSkuShard } from "../../../durable/sku-shard.ts";
import { Visitor as RealVisitor } from "../../../durable/visitor.ts";
import worker from "../../../worker/index.ts";
import { patchPrototype } from "../../ingest/worker/counters.ts";

// every other object as it is: names below stand before these
export * from "../../../worker/index.ts";

/** The Worker as it is, under a clock that the bench moves. Its objects' alarms go off by that clock. */
const realNow = Date.now.bind(Date);
let offset = 0;
const now = () => realNow() + offset;

globalThis.Date = class extends Date {
  constructor(...values: [number]) {
    if (values.length === 0) super(now());
    else super(...values);
  }

  static override now = now;
} as DateConstructor;

// nobody reads a line for each request and chunk
console.log = () => {};

interface Alarm {
  binding: Binding;
  id: string;
  at: number;
}

type Binding = "INBOX" | "SKU_SHARD" | "VISITOR" | "SIGN_IN_GATE";

/** The alarms that are set, by object; and whose storage is whose. */
const alarms = new Map<string, Alarm>();
const owners = new WeakMap<object, Omit<Alarm, "at">>();

function clock(binding: Binding, ctx: DurableObjectState): void {
  owners.set(ctx.storage, { binding, id: ctx.id.toString() });
  patchPrototype(ctx.storage, (original) => ({
    async setAlarm(...values) {
      const owner = owners.get(this as object);
      if (owner === undefined) return original("setAlarm").apply(this, values);
      alarms.set(owner.id, { ...owner, at: Number(values[0]) });
    },
    async getAlarm() {
      const owner = owners.get(this as object);
      return owner === undefined ? original("getAlarm").apply(this) : (alarms.get(owner.id)?.at ?? null);
    },
    async deleteAlarm() {
      const owner = owners.get(this as object);
      if (owner === undefined) return original("deleteAlarm").apply(this);
      alarms.delete(owner.id);
    },
  }));
}

export class Inbox extends RealInbox {
  constructor(ctx: DurableObjectState, env: Env) {
    clock("INBOX", ctx);
    super(ctx, env);
  }

  fireAlarm() {
    return this.alarm();
  }
}

export class SkuShard extends RealSkuShard {
  constructor(ctx: DurableObjectState, env: Env) {
    clock("SKU_SHARD", ctx);
    super(ctx, env);
  }

  fireAlarm() {
    return this.alarm();
  }
}

export class Visitor extends RealVisitor {
  constructor(ctx: DurableObjectState, env: Env) {
    clock("VISITOR", ctx);
    super(ctx, env);
  }

  fireAlarm() {
    return this.alarm();
  }
}

export class SignInGate extends RealSignInGate {
  constructor(ctx: DurableObjectState, env: Env) {
    clock("SIGN_IN_GATE", ctx);
    super(ctx, env);
  }

  fireAlarm() {
    return this.alarm();
  }
}

interface Clocked {
  fireAlarm(): Promise<void>;
}

/** An alarm that is set again for the same minute waits for the next move of the clock. */
async function fireAlarms(env: Env): Promise<void> {
  const due = [...alarms.values()].filter(({ at }) => at <= now() + SECOND_MS);
  for (const { binding, id } of due) {
    alarms.delete(id);
    const namespace = env[binding];
    const stub = namespace.get(namespace.idFromString(id)) as unknown as Clocked;
    await stub.fireAlarm();
  }
}

const listing = async ({ LAKE }: Env): Promise<Record<string, number>> => {
  const sizes: Record<string, number> = {};
  let cursor: string | undefined;
  do {
    const page = await LAKE.list({ limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
    for (const { key, size } of page.objects) {
      // runs/<id>/<what>/… counts as runs/<what>, models/<id>/… as models
      const [first, second, third] = key.split("/");
      const part = first === "runs" ? third : second;
      const name = first === "models" ? first : `${first}/${part}`;
      sizes[name] = (sizes[name] ?? 0) + size;
    }
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  return sizes;
};

export default {
  async fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/bench/bucket") return Response.json(await listing(env));
    if (pathname === "/bench/held") {
      const sizes = await portsOf(env).shards.sizes();
      return Response.json(sizes.reduce((sum, { held }) => sum + held, 0));
    }
    if (pathname === "/bench/clock") {
      const by = searchParams.get("by");
      offset = by === null ? Number(searchParams.get("at")) - realNow() : offset + Number(by);
      return new Response();
    }
    if (pathname === "/bench/tick") {
      await fireAlarms(env);
      for (const cron of searchParams.getAll("cron"))
        await worker.scheduled({ cron, scheduledTime: now() } as ScheduledController, env, ctx);
      return new Response();
    }
    return worker.fetch(request, env, ctx);
  },
  queue: worker.queue,
} satisfies ExportedHandler<Env>;
