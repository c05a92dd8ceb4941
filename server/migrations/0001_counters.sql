INSERT INTO counters (name, value) VALUES ('open_access_requests', 0), ('pending_invitations', 0), ('members', 0);
--> statement-breakpoint
CREATE TRIGGER open_access_requests_inserted AFTER INSERT ON access_requests WHEN NEW.state = 'open'
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'open_access_requests'; END;
--> statement-breakpoint
CREATE TRIGGER open_access_requests_updated AFTER UPDATE OF state ON access_requests WHEN (NEW.state = 'open') <> (OLD.state = 'open')
BEGIN UPDATE counters SET value = value + (NEW.state = 'open') - (OLD.state = 'open') WHERE name = 'open_access_requests'; END;
--> statement-breakpoint
CREATE TRIGGER open_access_requests_deleted AFTER DELETE ON access_requests WHEN OLD.state = 'open'
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'open_access_requests'; END;
--> statement-breakpoint
CREATE TRIGGER pending_invitations_inserted AFTER INSERT ON invitations WHEN (NEW.state = 'pending' AND NEW.ended_at IS NULL)
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'pending_invitations'; END;
--> statement-breakpoint
CREATE TRIGGER pending_invitations_updated AFTER UPDATE OF state, ended_at ON invitations WHEN (NEW.state = 'pending' AND NEW.ended_at IS NULL) <> (OLD.state = 'pending' AND OLD.ended_at IS NULL)
BEGIN UPDATE counters SET value = value + ((NEW.state = 'pending' AND NEW.ended_at IS NULL)) - ((OLD.state = 'pending' AND OLD.ended_at IS NULL)) WHERE name = 'pending_invitations'; END;
--> statement-breakpoint
CREATE TRIGGER pending_invitations_deleted AFTER DELETE ON invitations WHEN (OLD.state = 'pending' AND OLD.ended_at IS NULL)
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'pending_invitations'; END;
--> statement-breakpoint
CREATE TRIGGER members_inserted AFTER INSERT ON members WHEN (NEW.state = 'active' AND NEW.ended_at IS NULL)
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'members'; END;
--> statement-breakpoint
CREATE TRIGGER members_updated AFTER UPDATE OF state, ended_at ON members WHEN (NEW.state = 'active' AND NEW.ended_at IS NULL) <> (OLD.state = 'active' AND OLD.ended_at IS NULL)
BEGIN UPDATE counters SET value = value + ((NEW.state = 'active' AND NEW.ended_at IS NULL)) - ((OLD.state = 'active' AND OLD.ended_at IS NULL)) WHERE name = 'members'; END;
--> statement-breakpoint
CREATE TRIGGER members_deleted AFTER DELETE ON members WHEN (OLD.state = 'active' AND OLD.ended_at IS NULL)
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'members'; END;
