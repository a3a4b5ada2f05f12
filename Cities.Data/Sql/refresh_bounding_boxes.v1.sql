-- Computes the bounding boxes of countries, regions and subregions from the locations of their cities, in degrees. A box
-- that is narrower across the antimeridian has its western bound there, greater than its eastern bound (RFC 7946,
-- section 5.2).
CREATE FUNCTION refresh_bounding_boxes() RETURNS void
LANGUAGE sql AS $$
  WITH boxes AS MATERIALIZED (
    SELECT geoname_id, south, north,
      CASE WHEN crosses THEN shifted_west ELSE west END AS west,
      CASE WHEN NOT crosses THEN east WHEN shifted_east > 180 THEN shifted_east - 360 ELSE shifted_east END AS east
    FROM (
      SELECT area.geoname_id, min(y) AS south, max(y) AS north, min(x) AS west, max(x) AS east,
        min(shifted) AS shifted_west, max(shifted) AS shifted_east,
        max(shifted) - min(shifted) < max(x) - min(x) AS crosses
      FROM cities, ST_X(location) x, ST_Y(location) y,
        LATERAL (SELECT CASE WHEN x < 0 THEN x + 360 ELSE x END) point(shifted),
        LATERAL (VALUES (country_id), (region_id), (subregion_id)) area(geoname_id)
      WHERE area.geoname_id IS NOT NULL
      GROUP BY area.geoname_id) extents),
  gone AS (
    DELETE FROM bounding_boxes box WHERE NOT EXISTS (SELECT FROM boxes WHERE boxes.geoname_id = box.geoname_id))
  INSERT INTO bounding_boxes AS box (geoname_id, west, south, east, north)
  SELECT geoname_id, west, south, east, north FROM boxes
  ON CONFLICT (geoname_id) DO UPDATE
  SET west = excluded.west, south = excluded.south, east = excluded.east, north = excluded.north
  WHERE (box.west, box.south, box.east, box.north) <> (excluded.west, excluded.south, excluded.east, excluded.north)
$$;
