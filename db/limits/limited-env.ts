import { assertWithin } from "../../domain/base/platform-limits.ts";
import type { Env } from "../env.ts";
import { Invocation, readEnforcement, UNCOUNTED } from "./invocation.ts";
import { limited } from "./limited.ts";
import { limitedDatabase } from "./limited-database.ts";
import { assertFits, jsonBytes } from "./size.ts";

/**
 * The bindings as one invocation may use them: where ENFORCE_LIMITS is on they throw where production would, else they
 * are the bindings themselves.
 */
export function limitedEnv(env: Env): Env {
  const most = readEnforcement(env.ENFORCE_LIMITS);
  return most ? limitedBindings(env, new Invocation(most)) : env;
}

/** The same for an object, whose calls are not counted. */
export function limitedObjectEnv(env: Env): Env {
  return readEnforcement(env.ENFORCE_LIMITS) ? limitedBindings(env, UNCOUNTED) : env;
}

/** An object's storage that refuses values that are too large in production. */
export function limitedStorage(storage: DurableObjectStorage, env: Env): DurableObjectStorage {
  if (!readEnforcement(env.ENFORCE_LIMITS)) return storage;
  const { sql } = storage;
  const exec = (text: string, ...values: unknown[]) => {
    for (const value of values) assertFits("objectValueBytes", value);
    return sql.exec(text, ...values);
  };
  const limitedSql = limited(sql, { exec });
  return new Proxy(storage, {
    get(target, name) {
      if (name === "sql") return limitedSql;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Each binding by what it can do, so that a new one is limited as well. */
function limitedBindings(env: Env, invocation: Invocation): Env {
  const bindings = Object.entries(env).map(([name, binding]: [string, unknown]) => [
    name,
    typeof binding === "object" && binding !== null ? limitedBinding(binding, invocation) : binding,
  ]);
  return Object.fromEntries(bindings) as Env;
}

function limitedBinding(binding: object, invocation: Invocation): object {
  if ("prepare" in binding) return limitedDatabase(binding as D1Database, invocation);
  if ("sendBatch" in binding) return limitedQueue(binding as Queue, invocation);
  if ("idFromName" in binding) return limitedNamespace(binding as DurableObjectNamespace, invocation);
  if ("createMultipartUpload" in binding) return limitedBucket(binding as R2Bucket, invocation);
  return binding;
}

function limitedQueue<Body>(queue: Queue<Body>, invocation: Invocation): Queue<Body> {
  const bytesOf = (body: Body) => {
    const bytes = jsonBytes(body);
    assertWithin("queueMessageBytes", bytes);
    return bytes;
  };
  return limited(queue, {
    async send(body: Body, options?: QueueSendOptions) {
      bytesOf(body);
      invocation.call();
      return queue.send(body, options);
    },
    async sendBatch(messages: Iterable<MessageSendRequest<Body>>, options?: QueueSendBatchOptions) {
      const all = [...messages];
      assertWithin("queueSendMessages", all.length);
      assertWithin(
        "queueSendBytes",
        all.reduce((sum, { body }) => sum + bytesOf(body), 0),
      );
      invocation.call();
      return queue.sendBatch(all, options);
    },
  });
}

const BUCKET_CALLS = ["get", "put", "head", "delete", "list", "createMultipartUpload"] as const;

function limitedBucket(bucket: R2Bucket, invocation: Invocation): R2Bucket {
  const counted =
    (name: (typeof BUCKET_CALLS)[number]) =>
    async (...values: never[]) => {
      invocation.call();
      return (bucket[name] as (...values: never[]) => unknown)(...values);
    };
  return limited(bucket, Object.fromEntries(BUCKET_CALLS.map((name) => [name, counted(name)])));
}

function limitedNamespace(namespace: DurableObjectNamespace, invocation: Invocation): DurableObjectNamespace {
  return limited(namespace, {
    get: (id: DurableObjectId) => limitedStub(namespace.get(id), invocation),
    getByName: (name: string) => limitedStub(namespace.getByName(name), invocation),
  });
}

/** Every method of a stub is a call to its object. */
function limitedStub<T extends object>(stub: T, invocation: Invocation): T {
  return new Proxy(stub, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      // a promise asks whether it is one
      if (typeof value !== "function" || name === "then") return value;
      return (...values: unknown[]) => {
        for (const one of values) assertFits("objectCallBytes", one);
        invocation.call();
        return (target as Record<string | symbol, (...values: unknown[]) => unknown>)[name]!(...values);
      };
    },
  });
}
