ALTER TABLE `products` ADD `quantity_unit` text;--> statement-breakpoint
ALTER TABLE `sources` ADD `crawls_asked_at` integer;--> statement-breakpoint
ALTER TABLE `sources` ADD `crawls_after_seconds` integer;