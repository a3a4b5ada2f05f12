-- Trigger of administration.city_corrections: rejects what no editor may change, and sets the columns that the database
-- determines. The trigger apply_city_correction applies the correction afterwards.
-- It runs with the rights of its owner, because it takes the id of a local place from a sequence.
CREATE FUNCTION administration.check_city_correction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  correctable CONSTANT text[] := ARRAY['name', 'ascii_name', 'feature_code', 'region_id', 'subregion_id', 'population',
    'elevation', 'timezone', 'location'];
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.city_id, NEW.is_local) IS DISTINCT FROM (OLD.city_id, OLD.is_local) THEN
    RAISE EXCEPTION 'A correction keeps its city_id and is_local.' USING ERRCODE = 'check_violation';
  END IF;
  -- Imports apply these columns. The id or country of another city would move the city.
  IF NEW.changes - correctable <> (CASE
    WHEN NOT NEW.is_local THEN '{}'
    WHEN TG_OP = 'UPDATE' THEN OLD.changes - correctable
    ELSE jsonb_build_object('country_id', NEW.changes->'country_id')
  END)
  THEN
    RAISE EXCEPTION 'changes contains a column that cannot be corrected.' USING ERRCODE = 'check_violation';
  END IF;

  IF TG_OP = 'INSERT' AND NEW.is_local THEN
    IF NEW.city_id IS NOT NULL THEN
      RAISE EXCEPTION 'The database sets the city_id of a local place.' USING ERRCODE = 'check_violation';
    END IF;
    NEW.city_id := nextval('administration.local_city_ids');
    NEW.geonames := NULL;
  ELSIF TG_OP = 'INSERT' THEN
    NEW.geonames := (SELECT to_jsonb(city) - '{search_text,slug}'::text[] FROM cities city WHERE id = NEW.city_id);
    IF NEW.geonames IS NULL THEN
      RAISE EXCEPTION 'The city % does not exist.', NEW.city_id USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  NEW.changed_by := administration.actor();
  NEW.changed_at := now();
  RETURN NEW;
END $$;

-- Imports update the column geonames, which must not fire the trigger.
CREATE TRIGGER check_city_correction BEFORE INSERT OR UPDATE OF city_id, is_local, changes
ON administration.city_corrections FOR EACH ROW EXECUTE FUNCTION administration.check_city_correction();
