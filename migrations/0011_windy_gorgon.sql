CREATE TABLE `events` (
	`seq` integer PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`at` integer NOT NULL,
	`sku` text,
	`subject` text NOT NULL,
	`data` text NOT NULL
);
--> statement-breakpoint
ALTER TABLE `signals` ADD `notice_at` integer;