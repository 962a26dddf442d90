CREATE TABLE `competitor_names` (
	`key` text PRIMARY KEY NOT NULL,
	`competitor` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `competitors` ADD `merged_into` text;--> statement-breakpoint
ALTER TABLE `unmatched` ADD `named` text DEFAULT '' NOT NULL;