CREATE TABLE `kvi_scores` (
	`sku` text PRIMARY KEY NOT NULL,
	`score` real NOT NULL,
	`tier` text NOT NULL,
	`parts` text NOT NULL,
	`scored_at` integer NOT NULL,
	`dismissed_at` integer,
	`dismissed_by` text
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `kvi_scores_score` ON `kvi_scores` (`score`);--> statement-breakpoint
CREATE TABLE `map_notices` (
	`id` text PRIMARY KEY NOT NULL,
	`violation_id` text NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	`channel` text NOT NULL,
	`recipient` text,
	`text` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `map_notices_violation` ON `map_notices` (`violation_id`,`at`);--> statement-breakpoint
CREATE TABLE `map_violations` (
	`id` text PRIMARY KEY NOT NULL,
	`sku` text NOT NULL,
	`competitor` text NOT NULL,
	`seller` text NOT NULL,
	`currency` text NOT NULL,
	`map_price` integer NOT NULL,
	`first_price` integer NOT NULL,
	`price` integer NOT NULL,
	`lowest_price` integer NOT NULL,
	`first_seen_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`ended_at` integer,
	`source` text NOT NULL,
	`batch_id` text NOT NULL,
	`row` integer NOT NULL,
	`url` text,
	`status` text NOT NULL,
	`decided_by` text,
	`note` text
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `map_violations_status` ON `map_violations` (`status`,`last_seen_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `map_violations_open` ON `map_violations` (`sku`,`competitor`,`seller`) WHERE ended_at IS NULL;--> statement-breakpoint
CREATE TABLE `store_listings` (
	`store_id` text NOT NULL,
	`sku` text NOT NULL,
	`remote_id` text NOT NULL,
	`remote_group` text,
	`remote_price` text,
	`currency` text NOT NULL,
	`price` integer,
	`read_at` integer NOT NULL,
	`edited_price` integer,
	`edited_at` integer,
	`signal_id` text,
	`recheck_at` integer,
	PRIMARY KEY(`store_id`, `sku`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `store_listings_edited` ON `store_listings` (`store_id`,`sku`) WHERE edited_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `store_listings_recheck` ON `store_listings` (`store_id`,`recheck_at`) WHERE recheck_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `store_writes` (
	`store_id` text NOT NULL,
	`seq` integer NOT NULL,
	`sku` text NOT NULL,
	`price` integer NOT NULL,
	`currency` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_at` integer NOT NULL,
	`sent_at` integer,
	`unanswered_at` integer,
	`read_price` integer,
	`settled_at` integer,
	`reason` text,
	`is_forced` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`store_id`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `store_writes_open` ON `store_writes` (`store_id`,`next_at`) WHERE state IN ('waiting', 'sent');--> statement-breakpoint
CREATE INDEX `store_writes_state` ON `store_writes` (`store_id`,`state`,`seq`);--> statement-breakpoint
CREATE INDEX `store_writes_sku` ON `store_writes` (`sku`,`seq`);--> statement-breakpoint
CREATE TABLE `stores` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`mode` text NOT NULL,
	`options` text NOT NULL,
	`credentials` text NOT NULL,
	`ledger_seq` integer NOT NULL,
	`import_minutes` integer,
	`check_minutes` integer,
	`created_at` integer NOT NULL,
	`job` text,
	`sales_until` integer,
	`imported_at` integer,
	`checked_at` integer,
	`last_ok_at` integer,
	`last_error` text,
	`last_error_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `competitors` ADD `authorised` integer;