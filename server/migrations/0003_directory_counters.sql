INSERT INTO counters (name, value) VALUES ('invitation_required', 0), ('directory_users', 0), ('directory_groups', 0);
--> statement-breakpoint
INSERT INTO directory (id) VALUES (1);
--> statement-breakpoint
CREATE VIRTUAL TABLE directory_users_search USING fts5(name, address, content = 'directory_users', content_rowid = 'seq', prefix = '1 2 3',
  tokenize = 'unicode61 remove_diacritics 2');
--> statement-breakpoint
CREATE TRIGGER directory_users_found_inserted AFTER INSERT ON directory_users
BEGIN INSERT INTO directory_users_search (rowid, name, address) VALUES (NEW.seq, NEW.name, NEW.address); END;
--> statement-breakpoint
CREATE TRIGGER directory_users_found_updated AFTER UPDATE OF name, address ON directory_users WHEN NEW.name IS NOT OLD.name OR NEW.address IS NOT OLD.address
BEGIN
  INSERT INTO directory_users_search (directory_users_search, rowid, name, address) VALUES ('delete', OLD.seq, OLD.name, OLD.address);
  INSERT INTO directory_users_search (rowid, name, address) VALUES (NEW.seq, NEW.name, NEW.address);
END;
--> statement-breakpoint
CREATE TRIGGER directory_users_found_deleted AFTER DELETE ON directory_users
BEGIN INSERT INTO directory_users_search (directory_users_search, rowid, name, address) VALUES ('delete', OLD.seq, OLD.name, OLD.address); END;
--> statement-breakpoint
CREATE TRIGGER directory_users_counted_inserted AFTER INSERT ON directory_users
BEGIN UPDATE counters SET value = value + CASE name WHEN 'directory_users' THEN NEW.status <> 'gone' ELSE NEW.standing = 'invitation-required' END
  WHERE name IN ('directory_users', 'invitation_required'); END;
--> statement-breakpoint
CREATE TRIGGER directory_users_counted_updated AFTER UPDATE ON directory_users
  WHEN NEW.standing <> OLD.standing OR NEW.status <> OLD.status
BEGIN UPDATE counters SET value = value + CASE name WHEN 'directory_users' THEN (NEW.status <> 'gone') - (OLD.status <> 'gone')
    ELSE (NEW.standing = 'invitation-required') - (OLD.standing = 'invitation-required') END
  WHERE name IN ('directory_users', 'invitation_required'); END;
--> statement-breakpoint
CREATE TRIGGER directory_users_counted_deleted AFTER DELETE ON directory_users
BEGIN UPDATE counters SET value = value - CASE name WHEN 'directory_users' THEN OLD.status <> 'gone' ELSE OLD.standing = 'invitation-required' END
  WHERE name IN ('directory_users', 'invitation_required'); END;
--> statement-breakpoint
CREATE TRIGGER directory_groups_counted_inserted AFTER INSERT ON directory_groups WHEN NEW.is_present
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'directory_groups'; END;
--> statement-breakpoint
CREATE TRIGGER directory_groups_counted_updated AFTER UPDATE ON directory_groups WHEN NEW.is_present <> OLD.is_present
BEGIN UPDATE counters SET value = value + NEW.is_present - OLD.is_present WHERE name = 'directory_groups'; END;
--> statement-breakpoint
CREATE TRIGGER directory_groups_counted_deleted AFTER DELETE ON directory_groups WHEN OLD.is_present
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'directory_groups'; END;
--> statement-breakpoint
CREATE TRIGGER directory_users_known_inserted AFTER INSERT ON directory_users
  WHEN EXISTS (SELECT 1 FROM members AS m WHERE m.object_id = NEW.object_id AND m.tenant_id = (SELECT tenant_id FROM directory))
    OR EXISTS (SELECT 1 FROM invitations AS i WHERE i.object_id = NEW.object_id AND i.object_id IS NOT NULL AND i.state = 'pending' AND i.ended_at IS NULL)
BEGIN UPDATE directory_users SET
    is_member = EXISTS (SELECT 1 FROM members AS m
      WHERE m.object_id = NEW.object_id AND m.tenant_id = (SELECT tenant_id FROM directory) AND m.state <> 'removed'),
    is_dismissed = EXISTS (SELECT 1 FROM members AS m
        WHERE m.object_id = NEW.object_id AND m.tenant_id = (SELECT tenant_id FROM directory) AND m.state = 'removed')
      AND NOT EXISTS (SELECT 1 FROM invitations AS i
        WHERE i.object_id = NEW.object_id AND i.object_id IS NOT NULL AND i.state = 'pending' AND i.ended_at IS NULL),
    is_invited = EXISTS (SELECT 1 FROM invitations AS i
      WHERE i.object_id = NEW.object_id AND i.object_id IS NOT NULL AND i.state = 'pending' AND i.ended_at IS NULL)
  WHERE seq = NEW.seq; END;
--> statement-breakpoint
CREATE TRIGGER directory_users_member_inserted AFTER INSERT ON members WHEN NEW.state <> 'removed'
BEGIN UPDATE directory_users SET is_member = 1
  WHERE object_id = NEW.object_id AND NEW.tenant_id = (SELECT tenant_id FROM directory) AND NOT is_member; END;
--> statement-breakpoint
CREATE TRIGGER directory_users_member_updated AFTER UPDATE OF state ON members WHEN (NEW.state = 'removed') <> (OLD.state = 'removed')
BEGIN UPDATE directory_users SET is_member = NEW.state <> 'removed', is_dismissed = is_dismissed OR NEW.state = 'removed'
  WHERE object_id = NEW.object_id AND NEW.tenant_id = (SELECT tenant_id FROM directory); END;
--> statement-breakpoint
CREATE TRIGGER directory_users_invited_inserted AFTER INSERT ON invitations WHEN NEW.state = 'pending' AND NEW.ended_at IS NULL
BEGIN UPDATE directory_users SET is_invited = 1, is_dismissed = 0
  WHERE (NOT is_invited OR is_dismissed) AND object_id IN (SELECT NEW.object_id
    UNION SELECT a.object_id FROM directory_addresses AS a WHERE a.address = lower(NEW.address) AND NEW.object_id IS NULL); END;
--> statement-breakpoint
CREATE TRIGGER directory_users_invited_updated AFTER UPDATE OF state, ended_at, object_id ON invitations
  WHEN (NEW.state = 'pending' AND NEW.ended_at IS NULL) <> (OLD.state = 'pending' AND OLD.ended_at IS NULL) OR NEW.object_id IS NOT OLD.object_id
BEGIN UPDATE directory_users SET
    is_invited = EXISTS (SELECT 1 FROM invitations AS i
        WHERE i.object_id = directory_users.object_id AND i.object_id IS NOT NULL AND i.state = 'pending' AND i.ended_at IS NULL)
      OR EXISTS (SELECT 1 FROM directory_addresses AS a JOIN invitations AS i ON lower(i.address) = a.address AND i.state = 'pending'
        WHERE a.object_id = directory_users.object_id AND i.object_id IS NULL AND i.ended_at IS NULL),
    is_dismissed = is_dismissed AND NOT (NEW.state = 'pending' AND NEW.ended_at IS NULL)
  WHERE object_id IN (SELECT NEW.object_id UNION SELECT OLD.object_id
    UNION SELECT a.object_id FROM directory_addresses AS a WHERE a.address = lower(NEW.address)); END;
--> statement-breakpoint
CREATE TRIGGER directory_users_invited_addressed AFTER INSERT ON directory_addresses
  WHEN NEW.owner = 'user' AND EXISTS (SELECT 1 FROM invitations AS i
    WHERE lower(i.address) = NEW.address AND i.state = 'pending' AND i.ended_at IS NULL AND i.object_id IS NULL)
BEGIN UPDATE directory_users SET is_invited = 1 WHERE object_id = NEW.object_id AND NOT is_invited; END;
--> statement-breakpoint
CREATE TRIGGER directory_users_invited_unaddressed AFTER DELETE ON directory_addresses
  WHEN OLD.owner = 'user' AND EXISTS (SELECT 1 FROM invitations AS i
    WHERE lower(i.address) = OLD.address AND i.state = 'pending' AND i.ended_at IS NULL AND i.object_id IS NULL)
BEGIN UPDATE directory_users SET
    is_invited = EXISTS (SELECT 1 FROM invitations AS i
        WHERE i.object_id = directory_users.object_id AND i.object_id IS NOT NULL AND i.state = 'pending' AND i.ended_at IS NULL)
      OR EXISTS (SELECT 1 FROM directory_addresses AS a JOIN invitations AS i ON lower(i.address) = a.address AND i.state = 'pending'
        WHERE a.object_id = directory_users.object_id AND i.object_id IS NULL AND i.ended_at IS NULL)
  WHERE object_id = OLD.object_id AND is_invited; END;
