-- Trigger of administration.city_corrections: applies a correction to cities and writes the audit log.
-- It runs with the rights of its owner. A role that may write to city_corrections can change cities in this way only.
-- Version 3 runs after the row has been stored. A trigger before it would also apply a row that ON CONFLICT DO NOTHING
-- then skips. The trigger check_city_correction sets the columns of the row.
CREATE OR REPLACE FUNCTION administration.apply_city_correction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  corrected CONSTANT int := CASE TG_OP WHEN 'DELETE' THEN OLD.city_id ELSE NEW.city_id END;
  row_before CONSTANT jsonb := (SELECT to_jsonb(city) - 'search_text' FROM cities city WHERE id = corrected);
  row_wanted CONSTANT jsonb := CASE TG_OP
    WHEN 'DELETE' THEN administration.effective(coalesce(OLD.geonames, '{}'), '{}')
    ELSE administration.effective(coalesce(NEW.geonames, '{}'), NEW.changes)
  END || jsonb_build_object('id', corrected);
BEGIN
  IF TG_OP = 'DELETE' AND OLD.is_local THEN
    DELETE FROM administration.local_names WHERE city_id = corrected;
    DELETE FROM cities WHERE id = corrected;
  ELSIF TG_OP = 'INSERT' AND NEW.is_local THEN
    INSERT INTO cities (id, name, ascii_name, feature_code, country_id, region_id, subregion_id, population,
      elevation, timezone, location, modified_on)
    SELECT id, name, ascii_name, feature_code, country_id, region_id, subregion_id, population,
      elevation, timezone, location, modified_on
    FROM jsonb_populate_record(NULL::cities, row_wanted);
  ELSE
    UPDATE cities city
    SET (name, ascii_name, feature_code, country_id, region_id, subregion_id, population, elevation, timezone,
      location, modified_on) = (
      SELECT name, ascii_name, feature_code, country_id, region_id, subregion_id, population, elevation, timezone,
        location, modified_on
      FROM jsonb_populate_record(city, row_wanted))
    WHERE id = corrected;
  END IF;

  INSERT INTO audit_log (at, actor, action, city_id, before, after)
  VALUES (
    now(),
    administration.actor(),
    CASE
      WHEN TG_OP = 'INSERT' AND NEW.is_local THEN 'Create'
      WHEN TG_OP = 'DELETE' AND OLD.is_local THEN 'Delete'
      WHEN TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD.changes @> NEW.changes THEN 'Revert'
      ELSE 'Correct'
    END,
    corrected,
    row_before,
    (SELECT to_jsonb(city) - 'search_text' FROM cities city WHERE id = corrected));
  RETURN NULL;
END $$;

DROP TRIGGER apply_city_correction ON administration.city_corrections;
CREATE TRIGGER apply_city_correction AFTER INSERT OR UPDATE OF changes OR DELETE ON administration.city_corrections
FOR EACH ROW EXECUTE FUNCTION administration.apply_city_correction();
