CREATE TABLE `newest_data` (
	`part` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `price_ledger_manual` ON `price_ledger` (`at`) WHERE cause_kind IN ('manual', 'rollback', 'override');--> statement-breakpoint
CREATE INDEX `runs_created` ON `runs` (`created_at`);--> statement-breakpoint
CREATE INDEX `runs_finished` ON `runs` (`kind`,`finished_at`);--> statement-breakpoint
CREATE INDEX `dead_letters_parked` ON `dead_letters` (`parked_at`);--> statement-breakpoint
CREATE INDEX `dead_letters_status` ON `dead_letters` (`status`,`parked_at`);--> statement-breakpoint
CREATE INDEX `match_reviews_score` ON `match_reviews` (`score`,`id`);--> statement-breakpoint
CREATE INDEX `unmatched_seen` ON `unmatched` (`last_seen_at`);--> statement-breakpoint
CREATE INDEX `fx_rates_day` ON `fx_rates` ("day" desc,`base`,`quote`);--> statement-breakpoint
CREATE INDEX `quarantine_held` ON `quarantine` (`held_at`,`id`);--> statement-breakpoint
CREATE INDEX `signals_opened` ON `signals` (`opened_at`);--> statement-breakpoint
CREATE INDEX `product_performance_revenue` ON `product_performance` (`revenue`);--> statement-breakpoint
INSERT INTO `newest_data` (`part`, `at`) SELECT 'demand', unixepoch(max(`day`)) * 1000 FROM `demand_days` HAVING count(*) > 0;
