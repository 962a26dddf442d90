DROP INDEX `proposals_sku`;--> statement-breakpoint
ALTER TABLE `proposals` ADD `until_at` integer;--> statement-breakpoint
ALTER TABLE `proposals` ADD `auto_approvable` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `proposals_until` ON `proposals` (`until_at`) WHERE until_at IS NOT NULL AND status = 'applied';--> statement-breakpoint
CREATE INDEX `proposals_sku` ON `proposals` (`sku`,`created_at`);