-- Trigger of administration.city_corrections: applies a correction to cities and writes the audit log.
-- It runs with the rights of its owner. A role that may write to city_corrections can change cities in this way only.
-- Version 2 does not write the slug, which is a generated column.
CREATE OR REPLACE FUNCTION administration.apply_city_correction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  corrected CONSTANT int := CASE TG_OP WHEN 'DELETE' THEN OLD.city_id ELSE NEW.city_id END;
  row_before jsonb := (SELECT to_jsonb(city) - 'search_text' FROM cities city WHERE id = corrected);
  row_wanted jsonb;
BEGIN
  IF TG_OP = 'DELETE' THEN
    row_wanted := administration.effective(coalesce(OLD.geonames, '{}'), '{}');
  ELSE
    IF TG_OP = 'INSERT' AND NOT NEW.is_local THEN
      NEW.geonames := row_before - 'slug';
    END IF;
    NEW.changed_by := administration.actor();
    NEW.changed_at := now();
    row_wanted := administration.effective(coalesce(NEW.geonames, '{}'), NEW.changes);
  END IF;
  row_wanted := row_wanted || jsonb_build_object('id', corrected);

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
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

