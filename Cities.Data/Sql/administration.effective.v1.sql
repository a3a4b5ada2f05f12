-- administration.effective(geonames, changes): a row of cities, as GeoNames has it, with an editor's changes applied.
-- A changed region or subregion that no longer exists is ignored, because a foreign key would reject it.
CREATE FUNCTION administration.effective(geonames jsonb, changes jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  wanted jsonb := geonames || changes;
  region int := (SELECT id FROM regions WHERE id = (wanted->>'region_id')::int);
  subregion int;
BEGIN
  IF region IS NULL AND wanted->>'region_id' IS NOT NULL THEN
    wanted := wanted || jsonb_build_object('subregion_id', geonames->'subregion_id');
    region := (SELECT id FROM regions WHERE id = (geonames->>'region_id')::int);
  END IF;
  IF wanted->>'subregion_id' IS NOT NULL THEN
    subregion := coalesce(
      (SELECT id FROM subregions WHERE id = (wanted->>'subregion_id')::int AND region_id IS NOT DISTINCT FROM region),
      (SELECT id FROM subregions
       WHERE id = (geonames->>'subregion_id')::int
         AND (region_id IS NOT DISTINCT FROM region OR NOT changes ? 'region_id')));
  END IF;
  RETURN wanted || jsonb_build_object('region_id', region, 'subregion_id', subregion);
END $$;
