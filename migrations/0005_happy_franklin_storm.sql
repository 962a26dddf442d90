DROP INDEX `proposals_status`;--> statement-breakpoint
DROP INDEX `proposals_until`;--> statement-breakpoint
ALTER TABLE `proposals` ADD `returned_at` integer;--> statement-breakpoint
CREATE INDEX `proposals_created` ON `proposals` (`created_at`);--> statement-breakpoint
CREATE INDEX `proposals_unapplied` ON `proposals` (`status`,`created_at`) WHERE status <> 'applied';--> statement-breakpoint
CREATE INDEX `proposals_until` ON `proposals` (`until_at`) WHERE until_at IS NOT NULL AND status = 'applied' AND returned_at IS NULL;