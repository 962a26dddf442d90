CREATE TABLE `price_trials` (
	`sku` text NOT NULL,
	`at` integer NOT NULL,
	`to_price` integer NOT NULL,
	`without` integer NOT NULL,
	`until_at` integer,
	PRIMARY KEY(`sku`, `at`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `forecasts` ADD `shard` integer;--> statement-breakpoint
ALTER TABLE `forecasts` ADD `next_units` real;--> statement-breakpoint
ALTER TABLE `forecasts` ADD `next_baseline` real;--> statement-breakpoint
ALTER TABLE `proposals` ADD `shard` integer;--> statement-breakpoint
ALTER TABLE `runs` ADD `stored` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `products_family` ON `products` (`family`) WHERE family IS NOT NULL;