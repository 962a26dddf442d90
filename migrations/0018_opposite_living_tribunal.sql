CREATE TABLE `incidents` (
	`id` text PRIMARY KEY NOT NULL,
	`playbook` text NOT NULL,
	`reason` text NOT NULL,
	`override_id` text NOT NULL,
	`opened_by` text NOT NULL,
	`opened_at` integer NOT NULL,
	`post_mortem` text,
	`closed_by` text,
	`closed_at` integer
) WITHOUT ROWID;
