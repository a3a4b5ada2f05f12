-- Trigger of administration.local_names: copies a name to alternative_names and writes the audit log.
-- It runs with the rights of its owner. A role that may write to local_names can change alternative names in this way
-- only.
-- Version 2 rejects names of places other than cities, and changes of names.
CREATE OR REPLACE FUNCTION administration.apply_local_name() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  row_before jsonb := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) END;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    RAISE EXCEPTION 'A local name cannot be changed: delete it, and add another one.' USING ERRCODE = 'check_violation';
  ELSIF TG_OP = 'DELETE' THEN
    DELETE FROM alternative_names WHERE id = OLD.id;
  ELSE
    IF NOT EXISTS (SELECT FROM cities WHERE id = NEW.city_id) THEN
      RAISE EXCEPTION 'The city % does not exist.', NEW.city_id USING ERRCODE = 'check_violation';
    END IF;
    NEW.added_by := administration.actor();
    NEW.added_at := now();
    INSERT INTO alternative_names (id, geoname_id, kind, language, name, is_preferred, is_short, is_colloquial, is_historic)
    VALUES (NEW.id, NEW.city_id, 1, NEW.language, NEW.name, NEW.is_preferred, NEW.is_short, NEW.is_colloquial,
      NEW.is_historic);
  END IF;

  INSERT INTO audit_log (at, actor, action, city_id, before, after)
  VALUES (
    now(),
    administration.actor(),
    CASE TG_OP WHEN 'DELETE' THEN 'DeleteName' ELSE 'AddName' END,
    CASE TG_OP WHEN 'DELETE' THEN OLD.city_id ELSE NEW.city_id END,
    row_before,
    CASE TG_OP WHEN 'INSERT' THEN to_jsonb(NEW) END);
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

DROP TRIGGER apply_local_name ON administration.local_names;
CREATE TRIGGER apply_local_name BEFORE INSERT OR UPDATE OR DELETE ON administration.local_names
FOR EACH ROW EXECUTE FUNCTION administration.apply_local_name();
