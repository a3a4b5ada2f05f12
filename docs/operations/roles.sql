-- Two roles in place of one that may do everything: the importer's owns the tables; the API's reads them, writes what editors and
-- administrators say to the schema administration, whose triggers bring it to the cities and to the audit log, and can do nothing else.
-- Run it once as a superuser, connected to the database (createdb citiesdb), before the first import or after it:
--   psql --dbname citiesdb --file docs/operations/roles.sql
-- and change the passwords. Then the importer's connection string names cities_importer, the API's cities_reader. A test runs this file.

CREATE ROLE cities_importer LOGIN PASSWORD 'importer-password';
CREATE ROLE cities_reader LOGIN PASSWORD 'reader-password';
-- What writes says so, for each transaction.
ALTER ROLE cities_reader SET default_transaction_read_only = on;

-- PostGIS may be created by a superuser alone.
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

REVOKE ALL ON DATABASE citiesdb FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
-- CREATE: tables that are still empty are built anew in a schema of their own.
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE citiesdb TO cities_importer;
GRANT CONNECT ON DATABASE citiesdb TO cities_reader;
GRANT USAGE, CREATE ON SCHEMA public TO cities_importer;
GRANT USAGE ON SCHEMA public TO cities_reader;

CREATE SCHEMA IF NOT EXISTS administration;
ALTER SCHEMA administration OWNER TO cities_importer;
GRANT USAGE ON SCHEMA administration TO cities_reader;

-- What is there already is the importer's from now on, save what belongs to an extension, or to a column. The triggers run as their owner.
DO $$
DECLARE
  command text;
BEGIN
  FOR command IN
    SELECT format('ALTER TABLE %s OWNER TO cities_importer', oid::regclass) FROM pg_class
    WHERE relnamespace IN ('public'::regnamespace, 'administration'::regnamespace) AND relkind IN ('r', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype IN ('e', 'a', 'i'))
    UNION ALL
    SELECT format('ALTER ROUTINE %s OWNER TO cities_importer', oid::regprocedure) FROM pg_proc
    WHERE pronamespace IN ('public'::regnamespace, 'administration'::regnamespace)
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
  LOOP
    EXECUTE command;
  END LOOP;
END $$;

-- The tables that there are, and those that the importer will make.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO cities_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA administration TO cities_reader;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA administration TO cities_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE cities_importer GRANT SELECT ON TABLES TO cities_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE cities_importer IN SCHEMA administration GRANT INSERT, UPDATE, DELETE ON TABLES TO cities_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE cities_importer IN SCHEMA administration GRANT USAGE ON SEQUENCES TO cities_reader;
