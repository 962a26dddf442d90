ALTER TABLE `run_shards` ADD `sends` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `run_shards` ADD `started_at` integer;