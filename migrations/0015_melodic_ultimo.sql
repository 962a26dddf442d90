CREATE TABLE `watched_hosts` (
	`host` text PRIMARY KEY NOT NULL,
	`robots` text,
	`robots_at` integer,
	`next_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `watched_pages` (
	`id` text PRIMARY KEY NOT NULL,
	`address` text NOT NULL,
	`url` text NOT NULL,
	`host` text NOT NULL,
	`competitor` text NOT NULL,
	`sku` text,
	`every_minutes` integer NOT NULL,
	`status` text NOT NULL,
	`next_at` integer NOT NULL,
	`fetched_at` integer,
	`read_at` integer,
	`outcome` text,
	`detail` text,
	`failures` integer NOT NULL,
	`etag` text,
	`last_modified` text,
	`row` text,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `watched_pages_address_unique` ON `watched_pages` (`address`);--> statement-breakpoint
CREATE INDEX `watched_pages_due` ON `watched_pages` (`status`,`next_at`);--> statement-breakpoint
CREATE INDEX `watched_pages_created` ON `watched_pages` (`created_at`);