ALTER TABLE `forecasts` ADD `price_scored` integer;--> statement-breakpoint
ALTER TABLE `forecasts` ADD `price_mae` real;--> statement-breakpoint
ALTER TABLE `forecasts` ADD `price_baseline_mae` real;--> statement-breakpoint
ALTER TABLE `forecasts` ADD `uses_forecast` integer;--> statement-breakpoint
CREATE VIEW `price_directions` AS SELECT r.value ->> 0 AS days, r.value ->> 1 AS competitor, r.value ->> 2 AS prices, r.value ->> 3 AS up, r.value ->> 4 AS down FROM mart_parts p, json_each(p.body) r WHERE p.mart IN ('price_directions');