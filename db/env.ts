import type {
  EventsQueueMessage,
  ObservationsQueueMessage,
  RunShardMessage,
} from "../domain/messages/queue.ts";

/** The bindings of wrangler.toml, typed. The objects' namespaces are narrowed in durable/stubs.ts. */
export interface Env {
  DB: D1Database;
  LAKE: R2Bucket;
  ASSETS: Fetcher;
  INBOX: DurableObjectNamespace;
  SKU_SHARD: DurableObjectNamespace;
  VISITOR: DurableObjectNamespace;
  LIVE_FEED: DurableObjectNamespace;
  RUN_PROGRESS: DurableObjectNamespace;
  VAULT: DurableObjectNamespace;
  SIGN_IN_GATE: DurableObjectNamespace;
  CHAIN_TURNS: DurableObjectNamespace;
  STORE_SYNC: DurableObjectNamespace;
  COURIER: DurableObjectNamespace;
  CRON_JOB: DurableObjectNamespace;
  OBSERVATIONS: Queue<ObservationsQueueMessage>;
  EVENTS: Queue<EventsQueueMessage>;
  RUNS: Queue<RunShardMessage>;
  /** number of SKU shards, recorded at the first start */
  SKU_SHARDS: string;
  /** how long accepted rows may wait for others, seconds; absent: not at all */
  INGEST_WAIT_SECONDS?: string;
  /** `on`: throw where production would refuse; see db/limits. Off in production, whose limits are its own */
  ENFORCE_LIMITS?: string;
  /** signs the chains' heads and hides customers' ids; without it the install makes one of its own */
  INSTALL_SECRET?: string;
  /** the dashboard's address, for links in messages, where the settings name none */
  APP_URL?: string;
  /** "api": a mail API that takes JSON; "smtp": a relay that takes the message over HTTP. With its address and sender. */
  MAIL_KIND?: string;
  MAIL_URL?: string;
  MAIL_TOKEN?: string;
  MAIL_FROM?: string;
  /** local installs only: an admin key made on an empty state */
  BOOTSTRAP_API_KEY?: string;
  /** local installs only: `email:password` of the first person, made on an empty state */
  BOOTSTRAP_ADMIN?: string;
  /** `on`: what is in the install is made up by the demo; the dashboard says so */
  DEMO?: string;
  /** `loopback`: addresses of this machine may be called; for development and tests */
  WEBHOOK_TARGETS?: string;
  /** Fetches the datasets that Apify's webhooks name; another address than Apify's own for tests */
  APIFY_TOKEN?: string;
  APIFY_URL?: string;
  /** Signed tokens of services: who signs them and for whom, and the address of the signer's keys or one shared key. */
  JWT_ISSUER?: string;
  JWT_AUDIENCE?: string;
  JWT_JWKS_URL?: string;
  JWT_SHARED_KEY?: string;
  /** a secret that opens `/metrics` and nothing else; without it a key that may read does */
  METRICS_TOKEN?: string;
  /** Cloudflare Access in front of the dashboard: `team.cloudflareaccess.com`, and the application's audience tag */
  ACCESS_TEAM_DOMAIN?: string;
  ACCESS_AUDIENCE?: string;
}
