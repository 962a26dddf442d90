CREATE TABLE `crawls` (
	`source` text NOT NULL,
	`id` text NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer NOT NULL,
	`complete` integer NOT NULL,
	PRIMARY KEY(`source`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `offers` ADD `missing_since` integer;