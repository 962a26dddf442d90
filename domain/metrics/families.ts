import type { MetricFamily } from "./open-metrics.ts";

/** From the receipt of a row to its projection. */
const LATENCY_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] as const;
/** From the arrival of a request to its answer. */
const REQUEST_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
const RUN_BUCKETS = [1, 5, 15, 60, 300, 900, 3_600, 14_400] as const;

/**
 * Every metric of an install by the name under which its samples are stored. Counters and histograms only grow; what is
 * counted at most once may miss what was under way when the Worker was stopped. Receipts, ledger and audit are exact.
 */
export const FAMILIES = {
  ingestRows: {
    ...{ name: "pricewright_ingest_rows", type: "counter", labels: ["kind", "verdict"] },
    help: "Posted rows by what became of them",
  },
  ingestLatency: {
    ...{ name: "pricewright_ingest_latency_seconds", type: "histogram", unit: "seconds", labels: ["kind"] },
    help: "From the receipt of a chunk of rows until it is projected",
    buckets: LATENCY_BUCKETS,
  },
  requestLatency: {
    ...{ name: "pricewright_request_latency_seconds", type: "histogram", unit: "seconds" },
    labels: ["area", "status"],
    help: "From the arrival of a request to its answer, by the part of the API and the class of the status",
    buckets: REQUEST_BUCKETS,
  },
  signalsOpened: {
    ...{ name: "pricewright_signals_opened", type: "counter", labels: ["type"] },
    help: "Signals that were opened",
  },
  auditEntries: {
    ...{ name: "pricewright_audit_entries", type: "counter", labels: ["action"] },
    help: "Entries of the audit: approvals, rejections, overrides, settings, people",
  },
  priceChanges: {
    ...{ name: "pricewright_price_changes", type: "counter", labels: ["source", "cause"] },
    help: "Entries of the price ledger",
  },
  proposalsMade: {
    ...{ name: "pricewright_proposals_made", type: "counter", labels: ["risk"] },
    help: "Proposals that runs have made",
  },
  runsEnded: {
    ...{ name: "pricewright_runs_ended", type: "counter", labels: ["kind", "status"] },
    help: "Runs that have ended",
  },
  runDuration: {
    ...{ name: "pricewright_run_duration_seconds", type: "histogram", unit: "seconds", labels: ["kind"] },
    help: "From the making of a run until its end",
    buckets: RUN_BUCKETS,
  },
  cronFailures: {
    ...{ name: "pricewright_cron_failures", type: "counter", labels: ["job"] },
    help: "Passes of a scheduled job that failed",
  },
  signals: {
    ...{ name: "pricewright_signals", type: "gauge", labels: ["status", "priority"] },
    help: "Signals that are not resolved",
  },
  proposals: {
    ...{ name: "pricewright_proposals", type: "gauge", labels: ["status", "risk"] },
    help: "Proposals that wait: for a decision, or for their time",
  },
  runs: { name: "pricewright_runs", type: "gauge", labels: ["kind", "status"], help: "Runs under way" },
  runEnded: {
    ...{ name: "pricewright_run_end_timestamp_seconds", type: "gauge", unit: "seconds", labels: ["kind"] },
    help: "When the newest run of the last three days that went well ended",
  },
  outbox: {
    name: "pricewright_outbox_rows",
    type: "gauge",
    help: "Changes that their shard has not heard of",
  },
  outboxAge: {
    ...{ name: "pricewright_outbox_age_seconds", type: "gauge", unit: "seconds" },
    help: "Age of the oldest of them",
  },
  deadLetters: {
    ...{ name: "pricewright_dead_letters", type: "gauge", labels: ["queue"] },
    help: "Messages that failed every try and wait for a person",
  },
  failingJobs: {
    ...{ name: "pricewright_cron_failing", type: "gauge", labels: ["job"] },
    help: "1 for a scheduled job whose last pass failed",
  },
  shardStored: {
    ...{ name: "pricewright_shard_stored_bytes", type: "gauge", unit: "bytes", labels: ["of"] },
    help: "What the shards have on disk: all of them, and the largest",
  },
  shardHeld: {
    ...{ name: "pricewright_shard_state_bytes", type: "gauge", unit: "bytes", labels: ["of"] },
    help: "Memory that loaded shards' state takes, estimated: all of them, and the largest",
  },
  gaugesAt: {
    ...{ name: "pricewright_gauges_timestamp_seconds", type: "gauge", unit: "seconds" },
    help: "When the stored gauges were taken; if this stands still, so does cron",
  },
  qualityFailing: {
    ...{ name: "pricewright_quality_failing_rows", type: "gauge", labels: ["check"] },
    help: "Rows that fail a check of the data",
  },
  qualityBroken: {
    ...{ name: "pricewright_quality_broken_checks", type: "gauge" },
    help: "Checks of the data that could not be made",
  },
  qualityAt: {
    ...{ name: "pricewright_quality_timestamp_seconds", type: "gauge", unit: "seconds" },
    help: "When the data was last checked",
  },
  // what is asked at every scrape
  lakeWaiting: {
    ...{ name: "pricewright_lake_waiting_chunks", type: "gauge" },
    help: "Chunks of accepted rows that are not in the lake yet",
  },
  inboxWaiting: {
    name: "pricewright_inbox_chunks",
    type: "gauge",
    help: "Accepted chunks that are not done",
  },
  inboxAge: {
    ...{ name: "pricewright_inbox_age_seconds", type: "gauge", unit: "seconds" },
    help: "Time since the oldest of them was sent: the lag of queues and projection",
  },
  databaseSize: {
    ...{ name: "pricewright_database_size_bytes", type: "gauge", unit: "bytes" },
    help: "Size of the D1 database, which may have 10 GB",
  },
} as const satisfies Record<string, MetricFamily>;

export type FamilyName = keyof typeof FAMILIES;
