CREATE TABLE `mart_parts` (
	`mart` text NOT NULL,
	`day` text NOT NULL,
	`part` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`mart`, `day`, `part`)
) WITHOUT ROWID;--> statement-breakpoint
INSERT INTO `mart_parts` SELECT 'daily_demand', day, 0, json_group_array(json_array(category, products, sellers, units, revenue, views, carts)) FROM `daily_demand` GROUP BY day;--> statement-breakpoint
INSERT INTO `mart_parts` SELECT 'hourly_demand', day, 0, json_group_array(json_array(category, hour, views, searches, comparisons, carts, removals, purchases, units, revenue, refunds, refund_amount, dwells, dwell_seconds)) FROM `hourly_demand` WHERE category <> '' GROUP BY day;--> statement-breakpoint
INSERT INTO `mart_parts` SELECT 'hourly_visits', day, 0, json_group_array(json_array(category, hour, views, searches, comparisons, carts, removals, purchases, units, revenue, refunds, refund_amount, dwells, dwell_seconds)) FROM `hourly_demand` WHERE category = '' GROUP BY day;--> statement-breakpoint
INSERT INTO `mart_parts` SELECT 'daily_funnel', day, 0, json_group_array(json_array(category, device, page_views, shop_page_views, product_views, carts, purchases, page_view_sessions, product_view_sessions, cart_sessions, purchase_sessions, cart_after_view, purchase_after_cart)) FROM `daily_funnel` GROUP BY day;--> statement-breakpoint
INSERT INTO `mart_parts` SELECT 'daily_sessions', day, 0, json_group_array(json_array(device, converted, events_from, sessions, events, seconds, event_types)) FROM `daily_sessions` GROUP BY day;--> statement-breakpoint
INSERT INTO `mart_parts` SELECT 'daily_signals', day, 0, json_group_array(json_array(type, competitor, category, opened, urgent, acknowledged, resolved)) FROM `daily_signals` GROUP BY day;--> statement-breakpoint
INSERT INTO `mart_parts` SELECT 'daily_movements', day, 0, json_group_array(json_array(competitor, category, hour, up, down, change, absolute_change)) FROM `daily_movements` GROUP BY day;--> statement-breakpoint
INSERT INTO `mart_parts` SELECT 'daily_forecasts', day, 0, json_group_array(json_array(category, products, units, baseline)) FROM `daily_forecasts` GROUP BY day;--> statement-breakpoint
INSERT INTO `mart_parts` SELECT 'customer_scores', day, 0, json_group_array(json_array(recency, frequency, monetary, customers, orders, spend, recency_days, json(devices))) FROM `customer_scores` GROUP BY day;--> statement-breakpoint
DELETE FROM `mart_days` WHERE mart IN ('customer_scores', 'pricing_analysis', 'product_performance') AND day = (SELECT max(day) FROM `mart_days` WHERE mart = 'customer_scores');
