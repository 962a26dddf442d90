ALTER TABLE `held_prices` ADD `reason` text;--> statement-breakpoint
ALTER TABLE `proposals` ADD `undone_at` integer;