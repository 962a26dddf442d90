ALTER TABLE `outcomes` ADD `expected_share` real;--> statement-breakpoint
ALTER TABLE `outcomes` ADD `is_trial` integer DEFAULT false NOT NULL;