-- Sets the search path of the functions that run with the rights of their owner: the schema of the tables and the
-- schema of PostGIS. pg_temp comes last, so that a temporary table of the caller cannot replace a table.
-- Version 2 includes check_city_correction.
DO $do$
DECLARE
  path text := (
    SELECT string_agg(DISTINCT quote_ident(name), ', ')
    FROM (
      SELECT current_schema()
      UNION ALL
      SELECT nspname FROM pg_namespace n JOIN pg_extension e ON e.extnamespace = n.oid WHERE extname = 'postgis'
    ) AS schemas (name)) || ', pg_temp';
BEGIN
  EXECUTE 'ALTER FUNCTION administration.check_city_correction() SET search_path = ' || path;
  EXECUTE 'ALTER FUNCTION administration.apply_city_correction() SET search_path = ' || path;
  EXECUTE 'ALTER FUNCTION administration.apply_local_name() SET search_path = ' || path;
END $do$;
