CREATE TABLE `audit_skus` (
	`sku` text NOT NULL,
	`seq` integer NOT NULL,
	PRIMARY KEY(`sku`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `job_failures` (
	`job` text PRIMARY KEY NOT NULL,
	`since` integer NOT NULL,
	`error` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `audit` ADD `actor_id` text;--> statement-breakpoint
CREATE INDEX `audit_at` ON `audit` (`at`);