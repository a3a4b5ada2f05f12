-- The permissions of the API's role: what the API needs, and nothing else. The importer runs this file at the start of each
-- run, with the name of the role instead of "cities_reader" (ApiDatabaseRole.cs). DatabaseRolesTests tries every statement.

DO $$
DECLARE
  command text;
  cities CONSTANT regnamespace := (SELECT relnamespace FROM pg_class WHERE oid = 'cities'::regclass);
BEGIN
  -- Everything that the role or PUBLIC has in this database, including what earlier versions granted.
  FOR command IN
    SELECT format('REVOKE ALL ON %s FROM "cities_reader"', oid::regclass) FROM pg_class
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relnamespace IN (cities, 'administration'::regnamespace)
      AND pg_has_role(relowner, 'USAGE')
    UNION ALL
    SELECT format('ALTER DEFAULT PRIVILEGES %s REVOKE ALL ON %s FROM "cities_reader"', scope, kind)
    FROM unnest(ARRAY['', 'IN SCHEMA administration', format('IN SCHEMA %s', cities)]) scope,
      unnest(ARRAY['TABLES', 'SEQUENCES']) kind
    UNION ALL
    -- Large objects and messages in the log of the server (WAL) would fill the disk. Only a superuser can revoke these:
    -- roles.sql does it for an importer that is none.
    SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', oid::regprocedure) FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace
      AND proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'pg_logical_emit_message')
      AND pg_has_role(proowner, 'USAGE')
    UNION ALL
    -- A trigger function could be used in a trigger of a temporary table.
    SELECT format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC', current_database())
    UNION ALL
    SELECT format('REVOKE CREATE ON SCHEMA %s FROM PUBLIC, "cities_reader"', cities)
    UNION ALL
    SELECT format('GRANT CONNECT ON DATABASE %I TO "cities_reader"', current_database())
    UNION ALL
    SELECT format('GRANT USAGE ON SCHEMA %s, administration TO "cities_reader"', cities)
  LOOP
    EXECUTE command;
  END LOOP;
END $$;
REVOKE ALL ON ALL ROUTINES IN SCHEMA administration FROM PUBLIC, "cities_reader";

-- The data.
GRANT SELECT ON continents, countries, regions, subregions, districts, cities, alternative_names, postal_codes, time_zones,
  bounding_boxes, audit_log TO "cities_reader";
GRANT SELECT (id, operation, outcome, started_at, finished_at, source, is_sample, kinds, countries, changes_through, tables, error)
  ON import_runs TO "cities_reader";
GRANT SELECT (name, role, hash, requests_per_second, expires_at, revoked_at) ON api_keys TO "cities_reader";

-- What editors and administrators write. Triggers change the cities, write the audit log, and cancel requests.
GRANT SELECT, INSERT (city_id, is_local, changes), UPDATE (changes), DELETE
  ON administration.city_corrections TO "cities_reader";
GRANT SELECT, INSERT (city_id, language, name, is_preferred, is_short, is_colloquial, is_historic), DELETE
  ON administration.local_names TO "cities_reader";
GRANT SELECT, INSERT (operation, countries, kinds, force), UPDATE (cancelled_by)
  ON administration.import_requests TO "cities_reader";
-- The default of import_requests.requested_by.
GRANT EXECUTE ON FUNCTION administration.actor TO "cities_reader";
