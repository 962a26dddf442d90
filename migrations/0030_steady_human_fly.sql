ALTER TABLE `alert_messages` ADD `tried` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `models` ADD `as_of` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `models` ADD `refreshed_at` integer;--> statement-breakpoint
ALTER TABLE `models` ADD `refreshes` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
CREATE INDEX `map_notices_at` ON `map_notices` (`at`);--> statement-breakpoint
CREATE INDEX `store_writes_created` ON `store_writes` (`created_at`);