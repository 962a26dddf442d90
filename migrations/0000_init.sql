CREATE TABLE `competitors` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`domain` text,
	`include` integer NOT NULL,
	`weight` real NOT NULL,
	`is_new` integer NOT NULL,
	`first_seen_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `products` (
	`sku` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`brand` text,
	`category` text NOT NULL,
	`gtin` text,
	`mpn` text,
	`currency` text NOT NULL,
	`price` integer NOT NULL,
	`price_source` text NOT NULL,
	`price_since` integer NOT NULL,
	`version` integer NOT NULL,
	`price_seq` integer NOT NULL,
	`base_price` integer NOT NULL,
	`base_waits_since` integer,
	`unit_cost` integer,
	`tax_rate` real,
	`fee_rate` real,
	`unit_fee` integer,
	`min_price` integer,
	`max_price` integer,
	`map_price` integer,
	`msrp` integer,
	`family` text,
	`pack_size` integer,
	`line_rank` integer,
	`clearance_date` text,
	`restock_date` text,
	`launch_date` text,
	`salvage_value` integer,
	`status` text NOT NULL,
	`tags` text,
	`stock` integer,
	`stock_version` integer,
	`sensitivity` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `products_gtin` ON `products` (`gtin`);--> statement-breakpoint
CREATE INDEX `products_base_waits` ON `products` (`sku`) WHERE base_waits_since IS NOT NULL;--> statement-breakpoint
CREATE TABLE `audit` (
	`seq` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL,
	`detail` text NOT NULL,
	`prev_hash` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `batch_guard` (
	`id` integer PRIMARY KEY NOT NULL,
	`hit` integer NOT NULL,
	`wanted` integer NOT NULL,
	CONSTRAINT "all_hit" CHECK("batch_guard"."hit" = "batch_guard"."wanted")
);
--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	`sent_at` integer,
	`attempts` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `price_ledger` (
	`seq` integer PRIMARY KEY NOT NULL,
	`sku` text NOT NULL,
	`from_price` integer,
	`to_price` integer NOT NULL,
	`currency` text NOT NULL,
	`source` text NOT NULL,
	`cause_kind` text NOT NULL,
	`cause_id` text,
	`actor` text NOT NULL,
	`at` integer NOT NULL,
	`reason` text,
	`prev_hash` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `price_ledger_sku` ON `price_ledger` (`sku`,`at`);--> statement-breakpoint
CREATE TABLE `elasticities` (
	`sku` text PRIMARY KEY NOT NULL,
	`mean` real NOT NULL,
	`sd` real NOT NULL,
	`identified` integer NOT NULL,
	`label` text NOT NULL,
	`report` text NOT NULL,
	`run_id` text NOT NULL,
	`as_of` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `elasticity_history` (
	`sku` text NOT NULL,
	`as_of` integer NOT NULL,
	`mean` real NOT NULL,
	`sd` real NOT NULL,
	`identified` integer NOT NULL,
	`label` text NOT NULL,
	`run_id` text NOT NULL,
	PRIMARY KEY(`sku`, `as_of`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `forecasts` (
	`sku` text PRIMARY KEY NOT NULL,
	`report` text NOT NULL,
	`price` integer NOT NULL,
	`track` text NOT NULL,
	`run_id` text NOT NULL,
	`as_of` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `overrides` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`key` text NOT NULL,
	`kind` text NOT NULL,
	`price` integer,
	`currency` text,
	`reason` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`ended_by` text,
	`settled` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `overrides_open` ON `overrides` (`scope`,`key`,`kind`) WHERE ended_at IS NULL;--> statement-breakpoint
CREATE INDEX `overrides_unsettled` ON `overrides` (`id`) WHERE settled = 0;--> statement-breakpoint
CREATE TABLE `product_costs` (
	`sku` text NOT NULL,
	`from_at` integer NOT NULL,
	`unit_cost` integer NOT NULL,
	`applied_at` integer,
	PRIMARY KEY(`sku`, `from_at`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `product_costs_due` ON `product_costs` (`from_at`) WHERE applied_at IS NULL;--> statement-breakpoint
CREATE TABLE `proposals` (
	`id` text PRIMARY KEY NOT NULL,
	`run_id` text,
	`sku` text NOT NULL,
	`category` text NOT NULL,
	`from_price` integer NOT NULL,
	`to_price` integer NOT NULL,
	`currency` text NOT NULL,
	`change_pct` real NOT NULL,
	`status` text NOT NULL,
	`risk` text NOT NULL,
	`risk_reasons` text NOT NULL,
	`strategy` text NOT NULL,
	`confidence` real NOT NULL,
	`expected` text NOT NULL,
	`explanation` text NOT NULL,
	`approvals` text NOT NULL,
	`note` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`effective_at` integer,
	`decided_by` text,
	`decided_at` integer,
	`ledger_seq` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `proposals_status` ON `proposals` (`status`,`created_at`);--> statement-breakpoint
CREATE INDEX `proposals_sku` ON `proposals` (`sku`,`status`);--> statement-breakpoint
CREATE TABLE `run_shards` (
	`run_id` text NOT NULL,
	`phase` integer NOT NULL,
	`shard` integer NOT NULL,
	`skus` text,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`sent_at` integer NOT NULL,
	`error` text,
	`counts` text,
	`hash` text,
	PRIMARY KEY(`run_id`, `phase`, `shard`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `runs` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`phase` integer NOT NULL,
	`scope` text NOT NULL,
	`as_of` integer NOT NULL,
	`dry_run` integer NOT NULL,
	`seed` integer NOT NULL,
	`settings` text NOT NULL,
	`counts` text NOT NULL,
	`failures` text NOT NULL,
	`actor` text NOT NULL,
	`decision_hash` text,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`finished_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `runs_status` ON `runs` (`status`,`created_at`);--> statement-breakpoint
CREATE TABLE `api_keys` (
	`hash` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`last_used_at` integer,
	`revoked_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE TABLE `settings` (
	`version` integer PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sign_in_failures` (
	`email` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`last_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`password_hash` text NOT NULL,
	`active` integer NOT NULL,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_unique` ON `users` (`email`);--> statement-breakpoint
CREATE TABLE `dead_letters` (
	`id` text PRIMARY KEY NOT NULL,
	`queue` text NOT NULL,
	`reason` text NOT NULL,
	`attempts` integer NOT NULL,
	`body` text NOT NULL,
	`status` text NOT NULL,
	`parked_at` integer NOT NULL,
	`settled_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `mappings` (
	`competitor` text NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`sku` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`competitor`, `kind`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `source_secrets` (
	`source_id` text NOT NULL,
	`secret` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	PRIMARY KEY(`source_id`, `secret`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `sources` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`format` text NOT NULL,
	`rate_limit` real,
	`created_at` integer NOT NULL,
	`last_batch_at` integer,
	`last_accepted_at` integer,
	`rejected_share` real DEFAULT 0 NOT NULL,
	`quarantined_share` real DEFAULT 0 NOT NULL,
	`zero_share` real DEFAULT 0 NOT NULL,
	`out_of_stock_share` real DEFAULT 0 NOT NULL,
	`gap_ms` real
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `unmatched` (
	`id` text PRIMARY KEY NOT NULL,
	`source` text NOT NULL,
	`competitor` text NOT NULL,
	`competitor_sku` text,
	`url` text,
	`row` text NOT NULL,
	`first_seen_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`sightings` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `aggregates` (
	`sku` text NOT NULL,
	`aggregator` text NOT NULL,
	`available` integer NOT NULL,
	`min` integer NOT NULL,
	`avg` integer NOT NULL,
	`max` integer NOT NULL,
	`stores_tracked` integer NOT NULL,
	`observed_at` integer NOT NULL,
	`received_at` integer NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`sku`, `aggregator`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `demand_days` (
	`sku` text NOT NULL,
	`day` text NOT NULL,
	`units` integer NOT NULL,
	`revenue` integer NOT NULL,
	`price` integer NOT NULL,
	`in_stock_share` real,
	`promo` integer NOT NULL,
	`views` integer,
	`carts` integer,
	`version` integer NOT NULL,
	`behaviour` text,
	PRIMARY KEY(`sku`, `day`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `fx_rates` (
	`base` text NOT NULL,
	`quote` text NOT NULL,
	`day` text NOT NULL,
	`rate` text NOT NULL,
	`source` text NOT NULL,
	`saved_at` integer NOT NULL,
	PRIMARY KEY(`base`, `quote`, `day`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `offers` (
	`sku` text NOT NULL,
	`competitor` text NOT NULL,
	`price` integer NOT NULL,
	`landed_price` integer NOT NULL,
	`currency` text NOT NULL,
	`availability` text NOT NULL,
	`observed_at` integer NOT NULL,
	`received_at` integer NOT NULL,
	`source` text NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`sku`, `competitor`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `quarantine` (
	`id` text PRIMARY KEY NOT NULL,
	`sku` text NOT NULL,
	`competitor` text NOT NULL,
	`source` text NOT NULL,
	`price` integer NOT NULL,
	`landed_price` integer NOT NULL,
	`currency` text NOT NULL,
	`availability` text NOT NULL,
	`code` text NOT NULL,
	`kind` text NOT NULL,
	`expected` integer NOT NULL,
	`observed_at` integer NOT NULL,
	`received_at` integer NOT NULL,
	`held_at` integer NOT NULL,
	`status` text NOT NULL,
	`settled_by` text,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `quarantine_status` ON `quarantine` (`status`,`held_at`);--> statement-breakpoint
CREATE TABLE `signals` (
	`id` text PRIMARY KEY NOT NULL,
	`sku` text NOT NULL,
	`competitor` text,
	`type` text NOT NULL,
	`status` text NOT NULL,
	`priority` integer NOT NULL,
	`severity` real NOT NULL,
	`confidence` real NOT NULL,
	`message` text NOT NULL,
	`evidence` text NOT NULL,
	`opened_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`resolved_at` integer,
	`acknowledged_by` text,
	`version` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `signals_status` ON `signals` (`status`,`opened_at`);--> statement-breakpoint
CREATE INDEX `signals_sku` ON `signals` (`sku`);--> statement-breakpoint
CREATE TABLE `stock` (
	`sku` text NOT NULL,
	`warehouse` text NOT NULL,
	`units` integer NOT NULL,
	`refused` text,
	`at` integer NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`sku`, `warehouse`)
) WITHOUT ROWID;
