ALTER TABLE `demand_days` ADD `period` text;--> statement-breakpoint
ALTER TABLE `demand_days` ADD `promotions` text;