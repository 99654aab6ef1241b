-- Rights for roles of their own, on PostgreSQL. Replace shop_app (adds messages, consumes with an inbox), shop_relay (publishes) and
-- shop_admin (decides on parked messages), and the prefix seawall_ if yours is another.

GRANT SELECT ON seawall_schema, seawall_work TO shop_app, shop_relay, shop_admin;

GRANT INSERT ON seawall_outbox_message, seawall_outbox_delayed TO shop_app;
GRANT SELECT ON seawall_outbox_message TO shop_app; -- for a backlog limit only
GRANT SELECT, INSERT, DELETE ON seawall_inbox TO shop_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON seawall_node TO shop_relay;
GRANT SELECT, INSERT, UPDATE ON seawall_partition TO shop_relay;
GRANT INSERT ON seawall_work TO shop_relay; -- for housekeeping
GRANT SELECT, DELETE ON seawall_inbox TO shop_relay; -- for housekeeping
GRANT SELECT, INSERT, DELETE ON seawall_outbox_message, seawall_outbox_delayed, seawall_outbox_parked TO shop_relay;
GRANT SELECT, INSERT, UPDATE, DELETE ON seawall_outbox_blocked TO shop_relay;
GRANT SELECT ON seawall_outbox_paused TO shop_relay;
GRANT SELECT ON SEQUENCE seawall_outbox_message_seq_seq TO shop_relay;

GRANT SELECT, INSERT, DELETE ON seawall_outbox_message, seawall_outbox_parked, seawall_outbox_paused TO shop_admin;
GRANT SELECT, UPDATE ON seawall_outbox_blocked TO shop_admin;
GRANT INSERT ON seawall_outbox_audit TO shop_admin;
