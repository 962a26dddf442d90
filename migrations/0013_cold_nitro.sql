ALTER TABLE `forecasts` ADD `shard` integer;--> statement-breakpoint
ALTER TABLE `proposals` ADD `shard` integer;--> statement-breakpoint
CREATE INDEX `products_family` ON `products` (`family`) WHERE family IS NOT NULL;