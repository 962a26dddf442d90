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
